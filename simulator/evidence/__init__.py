"""What is known: figures with their source, range and grade, published incidents, the real sizes of operators."""

from simulator.evidence.incidents import Incident, all_incidents, incident
from simulator.evidence.parameters import Grade, Kind, Parameter, all_parameters, parameter
from simulator.evidence.sizes import SizeClass, size_table, size_tables
from simulator.evidence.tables import UnknownEvidence

__all__ = [
    "Grade",
    "Incident",
    "Kind",
    "Parameter",
    "SizeClass",
    "UnknownEvidence",
    "all_incidents",
    "all_parameters",
    "incident",
    "parameter",
    "size_table",
    "size_tables",
]
