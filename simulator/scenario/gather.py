"""A portfolio put together from the CSV files a scenario names and from what it makes up by rule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulator.scenario.document import Document
from simulator.scenario.errors import FieldPath, InputError, InputErrors, Problem, shown
from simulator.scenario.generate import made_organisations
from simulator.scenario.market import market_dependencies
from simulator.scenario.portfolio import Dependency, Organisation, Register, SupplyLink
from simulator.scenario.portfolio_csv import dependencies_from, links_from, organisations_from
from simulator.scenario.provision import provision_links
from simulator.scenario.schema import Scenario

LISTS = ("organisations", "dependencies", "links")


def gather(scenario: Scenario, document: Document, complaints: list[str | Problem]) -> Register:
    """The portfolio, each list sorted by name. All that is wrong is added to `complaints` in one go.

    Rules for products and links cover every organisation for which the files say nothing of the kind.
    """
    before = len(complaints)
    files: dict[str, Path] = {}
    for column in LISTS:
        with _noting(complaints):
            files.update(_csv_file(column, scenario, document))
    organisations: list[Organisation] = []
    dependencies: list[Dependency] = []
    links: list[SupplyLink] = []
    people = {sector: each.value for sector, each in scenario.impact.people_per_customer.items()}
    with _noting(complaints):
        if "organisations" in files:
            organisations += organisations_from(files["organisations"], list(scenario.pools), people)
    with _noting(complaints):
        organisations += made_organisations(scenario, organisations)
    complete = len(complaints) == before
    names = [o.name for o in organisations] if complete else []
    with _noting(complaints):
        if "dependencies" in files:
            dependencies += dependencies_from(files["dependencies"], names, list(scenario.products))
    with _noting(complaints):
        if "links" in files:
            links += links_from(files["links"], names)
    section = scenario.portfolio.generate
    if section is not None and complete:
        with _noting(complaints):
            dependencies += market_dependencies(section, scenario.products, organisations, dependencies)
        with _noting(complaints):
            links += provision_links(section, organisations, links)
    return _sorted(organisations, dependencies, links)


def _sorted(organisations: list[Organisation], dependencies: list[Dependency], links: list[SupplyLink]) -> Register:
    return Register(
        organisations=tuple(sorted(organisations, key=lambda o: o.name)),
        dependencies=tuple(sorted(dependencies, key=lambda d: (d.organisation, d.product, d.host_group))),
        links=tuple(sorted(links, key=lambda k: (k.organisation, k.provider, k.kind))),
    )


def made_anew(scenario: Scenario, seed: int) -> Register | None:
    """Another portfolio by the same rules of a loaded scenario; None where part of it stands in files."""
    section = scenario.portfolio.generate
    if section is None or any(getattr(scenario.portfolio, column) is not None for column in LISTS):
        return None
    other = section.model_copy(update={"seed": seed})
    portfolio = scenario.portfolio.model_copy(update={"generate": other})
    organisations = made_organisations(scenario.model_copy(update={"portfolio": portfolio}), [])
    return _sorted(
        organisations,
        market_dependencies(other, scenario.products, organisations, []),
        provision_links(other, organisations, []),
    )


def csv_files(scenario: Scenario, document: Document) -> dict[str, Path]:
    """The CSV files of a portfolio: "organisations", "dependencies", "links", those there are.

    A name is relative to the file it was written in, and stays inside that file's folder. Raises InputErrors.
    """
    return {key: file for column in LISTS for key, file in _csv_file(column, scenario, document).items()}


def _csv_file(column: str, scenario: Scenario, document: Document) -> dict[str, Path]:
    written: str | None = getattr(scenario.portfolio, column)
    if written is None:
        return {}
    path: FieldPath = ("portfolio", column)
    base = document.files.get(path)
    if base is None:
        raise InputErrors([Problem(path, shown(written), "no file beside a scenario that is not in a file itself")])
    if not written.strip() or not written.isprintable() or written[1:2] == ":" or written[0] in "/\\~":
        raise InputErrors([Problem(path, shown(written), "the name of a CSV file, relative to this file")])
    file = base.parent / written
    if not file.resolve().is_relative_to(base.parent.resolve()):
        raise InputErrors([Problem(path, shown(written), "a file in the folder of the scenario or below it")])
    return {column: file}


@contextmanager
def _noting(complaints: list[str | Problem]) -> Iterator[None]:
    """Goes on after a refusal, keeping what it said."""
    try:
        yield
    except InputErrors as error:
        complaints.extend(error.complaints)
    except InputError as error:
        complaints.append(str(error))
