"""Google Compute Engine: what its machine types are made of, and what that costs."""
