"""The price catalog: embedded, refreshed, guarded and looked up."""
