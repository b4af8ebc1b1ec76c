"""A made company with planted waste, for the demo and the tests."""
