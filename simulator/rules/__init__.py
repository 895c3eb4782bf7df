"""Arithmetic of each mechanism as small pure functions; imports nothing from the rest of the package."""
