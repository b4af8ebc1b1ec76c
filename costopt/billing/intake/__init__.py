"""From the files of a bill to rows of the store: read, map to FOCUS, account for every line, publish."""
