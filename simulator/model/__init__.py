"""The mechanisms as SimPy events, one file each: one replication in, one outcome and one event log out."""
