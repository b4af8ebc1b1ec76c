"""Fleets: machines of which types, zones and markets carry a service, a set of pods, or a load with a rhythm."""
