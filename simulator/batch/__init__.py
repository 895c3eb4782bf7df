"""Many replications: plan, run, store, stop at a precision."""
