"""What is asked of a store of bills about a snapshot: rates really paid, and what each resource cost."""
