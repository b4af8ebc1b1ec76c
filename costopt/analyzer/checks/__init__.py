"""One file a check; each declares one CHECK."""
