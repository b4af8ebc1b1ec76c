"""Edits HCL in place: the bytes of one expression, or one attribute more, and nothing else."""
