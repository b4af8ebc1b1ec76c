"""What the made projects are billed: charges by SKU, commitments, and their lines."""
