"""A stand-in for providers: it knows their schemas, and nothing of any cloud."""
