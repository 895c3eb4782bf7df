"""Mitigations compared: what an arm buys, what it costs, who pays, and what it does to the tail."""
