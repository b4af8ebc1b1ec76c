"""Leads from an address and an attribute to the place in the files that owns the value."""
