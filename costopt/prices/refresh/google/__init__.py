"""Google's prices from where they are published: its catalog, an account's pricing export, gcosts' list."""
