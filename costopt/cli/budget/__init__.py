"""`costopt budget`: one command a module."""
