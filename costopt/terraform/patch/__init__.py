"""From proposed changes to edits that a second plan has proven to change exactly what was asked."""
