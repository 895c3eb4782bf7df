"""The control flow of the model on arrays, compiled by Numba."""
