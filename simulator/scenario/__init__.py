"""What a person writes: scenario files, portfolios, units and distributions."""
