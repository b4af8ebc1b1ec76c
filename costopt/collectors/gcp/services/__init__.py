"""One file a service: asset types, and what is kept of each."""
