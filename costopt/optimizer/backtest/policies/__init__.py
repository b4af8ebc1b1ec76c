"""Rules by which commitments may be bought month by month, one family of rules a file."""
