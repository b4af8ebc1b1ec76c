"""From a cloud to the model, read-only."""
