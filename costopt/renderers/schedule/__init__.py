"""Files for what starts costopt once a day: one scheduler a file."""
