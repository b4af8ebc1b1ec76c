"""Settings, where each came from, and mutes."""
