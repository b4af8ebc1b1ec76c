"""Ways to tell people: one file a kind of channel, all behind `interface.Channel`."""
