"""Simulator of cyber risk to water, telecom and energy portfolios from vendors abroad."""

__version__ = "0.1.0"
