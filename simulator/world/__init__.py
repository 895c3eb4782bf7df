"""A scenario made concrete."""
