"""Whether the bills in a store keep the rules of FOCUS 1.2."""
