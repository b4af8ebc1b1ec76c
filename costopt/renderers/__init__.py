"""A report as text and files."""
