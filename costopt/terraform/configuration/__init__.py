"""HCL and JSON configurations as blocks and values, for reading only."""
