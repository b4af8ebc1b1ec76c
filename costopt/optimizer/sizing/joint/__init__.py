"""Sizes and commitments decided together; docs/adr/0011 derives the method."""
