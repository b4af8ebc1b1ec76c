"""What a plan decided, as calls of modules."""
