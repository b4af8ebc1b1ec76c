"""The collectors of Amazon Web Services."""
