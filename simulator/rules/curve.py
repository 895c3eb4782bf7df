"""Curves of service on a grid of hours."""

SERVICE_HOURS: tuple[float, ...] = (
    *(0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 18.0),
    *(24.0, 36.0, 48.0, 72.0, 96.0, 120.0, 144.0, 168.0),
    *(216.0, 264.0, 336.0, 408.0, 504.0, 600.0, 720.0, 864.0, 1008.0, 1224.0, 1440.0, 1800.0, 2160.0),
)
"""Hours since a replication's worst event first cut service, at which people without it are kept."""

RESTORED_SHARES = (0.5, 0.9, 0.99)
"""Shares of the worst event's peak whose restoration is timed."""
