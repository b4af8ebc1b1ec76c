"""What the made company is billed: meters, charges, commitments, and the table of lines."""
