"""Hindcasts: what the simulator foretells of a real incident, against what was seen."""
