"""What is known: figures with their source, range and grade, and the real sizes of operators."""

from simulator.evidence.parameters import Grade, Kind, Parameter, all_parameters, parameter
from simulator.evidence.sizes import SizeClass, size_table, size_tables
from simulator.evidence.tables import UnknownEvidence

__all__ = [
    "Grade",
    "Kind",
    "Parameter",
    "SizeClass",
    "UnknownEvidence",
    "all_parameters",
    "parameter",
    "size_table",
    "size_tables",
]
