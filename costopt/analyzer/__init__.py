"""Checks, the engine that runs them, and the resolution of overlaps. No I/O, no clock."""
