"""What the kernel knows of a scenario. A section that is not named here makes it leave a scenario to the model."""

from __future__ import annotations

from simulator.scenario.schema import Scenario

KNOWN = frozenset(
    (
        *("adoption", "controls", "crime", "currency", "detection", "extends", "faults", "format", "given", "grid"),
        *("hacktivists", "horizon", "impact", "in_force", "instruments", "intrusion", "jurisdictions", "measure"),
        *("mitigation_sets", "mitigations", "name", "path_choice", "payloads", "pools", "portfolio", "products"),
        *("question", "removal", "restoration", "sanctions", "service", "targeting", "telecom_proxy", "theatres"),
        *("title", "vendors"),
    )
)
"""Sections that the kernel plays, or that are settled before any event."""


def unknown_sections(scenario: Scenario) -> list[str]:
    """Sections with something in them that the kernel does not know, by name."""
    return [name for name in sorted(type(scenario).model_fields) if name not in KNOWN and getattr(scenario, name)]
