"""What the checks of Google Cloud share: machines, load, reservations, clusters and commitments."""
