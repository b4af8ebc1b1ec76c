"""The question that a snapshot and its bill pose."""
