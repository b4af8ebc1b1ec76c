"""Collectors of AWS, one service a file: their declared calls, and what is kept of each answer."""
