"""The use cases; their documented functions are the public Python API."""
