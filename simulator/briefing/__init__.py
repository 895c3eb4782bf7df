"""Documents made of figures and sentences."""
