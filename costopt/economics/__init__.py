"""Pure arithmetic and the look-ups that several parts share."""
