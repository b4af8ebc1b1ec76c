"""Evaluates a configuration with the best engine that is there, and says which that was."""
