"""Batch and training jobs that must be done by a deadline, on capacity that comes and goes."""
