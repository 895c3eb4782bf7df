"""All randomness: keyed draws, regime paths, coercion hazards."""
