"""The model's control flow on arrays, compiled by Numba: equal to `simulator.model` event by event."""
