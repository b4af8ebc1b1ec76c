"""Policies of buying commitments, tried on the past: decide with what was known, settle with what happened."""
