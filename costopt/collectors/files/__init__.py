"""Files that a user names, to bills: found, checked and grouped, but not yet read."""
