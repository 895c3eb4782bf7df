"""An incident that never was, as a user would write it: one file, with the scenario inside, extending nothing.

Every figure can be worked out by hand. Ten hosts stand for 50 machines each, four farms for one each. All take a
release of "cleaner" at once; it acts two hours later, is found an hour after that and withdrawn after five more. Work
on each takes a day. Water keeps a quarter of its service meanwhile.
"""

from pathlib import Path

CARD = """\
format: 1
name: night_of_the_gauges
title: The night of the gauges
about: Invented for a test. Given who ran it and when it went out.
scenario:
  horizon: 60 d
  portfolio:
    generate:
      seed: 3
      groups:
        - {sector: water, count: 10, name: "Host {n}", size: 100}
        - {sector: energy, count: 4, name: "Farm {n}", size: 100}
      products:
        - {product: cleaner, sector: water, host_group: office, share: 1, coverage: 1}
        - {product: cleaner, sector: energy, host_group: office, share: 1, coverage: 1}
  jurisdictions:
    Nowhere: {legal_reach: 1, resistance: 0}
  vendors:
    maker: {label: Maker, home: Nowhere, reach_outside: 0}
  products:
    cleaner: {label: Cleaner, vendor: maker, kind: tool, paths: {code_release: 1}, adoption: {code_release: daily}}
  adoption: {daily: 1 h}
  payloads:
    code: {mode: disruption, trigger: on_install, delay: 2 h, activation: 1, detection: found, restoration: repair}
  detection:
    found: {own: 1e6 h, visible: 1 h, pull: 5 h}
  service:
    on_activation:
      water: {office: {precautionary_stop: 1, loss_of_view: 0, unsafe_control: 0}}
    stopped_output: 0.25
    unsafe_water: 0
  restoration:
    repair: {kind: restart, time: 24 h}
  impact:
    people_per_customer: {water: 1, energy: 1}
    load_per_customer: 1 kW
    value_per_person_day: {}
    value_of_lost_load: 0 USD
    society_share: 0
    lost_revenue_per_customer_day: {water: 2 USD}
    response_per_team_day: 1000 USD
    rebuild_per_customer: 0 USD
    rebuild_cap: 0 USD
    espionage_per_victim: 0 USD
    vendor_liability: 0
    government_share: 0
    removal_per_customer: 0 USD
  given:
    compromises:
      - {at: 0 h, product: cleaner, payload: code, path: code_release, installed: everywhere_at_once}
stands_for: A host stands for 50 machines, a farm for itself.
each: {Host: 50, Farm: 1}
observed:
"""

POINT = """\
  - quantity: restored_share
    what: hosts back after a day
    at: 25 h
    value: 0.9
    plus_or_minus: 0.2
    status: held_out
    because: nothing was fitted on it
    naive: {value: 0.5, from: a guess}
    source: the archive of the test, page 1
"""


def written(folder: Path, *observed: str, card: str = CARD) -> Path:
    """The card as a file, with these observed quantities (left out: the one above)."""
    path = folder / "gauges.yaml"
    path.write_text(card + "".join(observed or (POINT,)), encoding="utf-8")
    return path


def entry(quantity: str, value: str, tolerance: str, **more: str) -> str:
    """One observed quantity as YAML."""
    fields = {
        "quantity": quantity,
        "what": f"what was seen of {quantity}",
        "value": value,
        "status": "held_out",
        "because": "nothing was fitted on it",
        "naive": "{value: " + value + ", from: the same}",
        "source": "the archive of the test",
    } | more
    lines = [f"{key}: {said}" for key, said in fields.items()] + [tolerance]
    return "  - " + "\n    ".join(lines) + "\n"
