"""Model time is hours."""

HOURS_PER_YEAR = 8766.0
"""Hours in a year of 365.25 days."""

HOURS_PER_DAY = 24.0
