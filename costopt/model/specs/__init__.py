"""What costopt keeps of each kind of resource: an allow-list of fields, one theme a file."""
