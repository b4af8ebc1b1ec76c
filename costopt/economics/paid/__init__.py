"""What the bill says was paid for a resource, and savings held down to it."""
