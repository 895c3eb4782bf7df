"""Portfolios made up by rule: sizes as published, shares as asked, and nothing reshuffled by a small change."""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulator.evidence import parameter, size_table
from simulator.scenario.document import document_from_text
from simulator.scenario.errors import InputError
from simulator.scenario.generate import apportion
from simulator.scenario.load import LoadedScenario, load_document
from simulator.scenario.lots import codes, lots, pair_lots

Z = 3.29
"""Two-sided error rate of 0.001 for each check against chance; the seeds are fixed."""

WATER = {"sector": "water", "name": "Water {n}", "count": 400, "size": {"lognormal": {"median": 1000, "sigma": 1}}}
POWER = {"sector": "energy", "name": "Power {n}", "count": 30, "size": {"lognormal": {"median": 5000, "sigma": 1}}}
SHIELD = {"product": "shield", "sector": "water", "host_group": "office", "share": 0.3, "coverage": 0.9}
RIVAL = SHIELD | {"product": "rival", "share": 0.5}
LINK = {"sector": "water", "provider": "energy", "fallback": 0.2, "buffer": "8 h", "recharge": 1}


@pytest.fixture
def base(intact) -> dict[str, Any]:
    """The small scenario as data, without its files; a third product is of the kind of the first."""
    data: dict[str, Any] = json.loads(intact.text)
    del data["given"]
    data["products"]["rival"] = data["products"]["shield"] | {"vendor": "vega"}
    data["products"]["third"] = data["products"]["shield"] | {"vendor": "vega"}
    return data


def made(base: dict[str, Any], **section: Any) -> LoadedScenario:
    generate = {"seed": 7, "groups": [WATER, POWER]} | section
    document = document_from_text(json.dumps(base | {"portfolio": {"generate": generate}}), "made.yaml")
    return load_document(document, Path("made.yaml"))


def refusal(base: dict[str, Any], **section: Any) -> str:
    with pytest.raises(InputError) as caught:
        made(base, **section)
    return str(caught.value)


def customers(loaded: LoadedScenario, start: str = "Water") -> dict[str, float]:
    return {o.name: o.customers for o in loaded.register.organisations if o.name.startswith(start)}


def users(loaded: LoadedScenario, product: str) -> set[str]:
    return {d.organisation for d in loaded.register.dependencies if d.product == product}


def providers(loaded: LoadedScenario) -> dict[str, str]:
    return {k.organisation: k.provider for k in loaded.register.links}


def published_classes() -> tuple[list[dict[str, float]], int]:
    """The size classes of the water systems of one country; the open one is closed where its mean comes out."""
    classes = size_table("us_water_systems_2011")
    top = 770_000
    rows = [{"low": c.low, "high": c.high or top, "count": c.count} for c in classes]
    return rows, sum(c.count for c in classes)


# Lots


def test_lots_are_uniform_and_belong_to_the_name():
    names = [f"organisation {n}" for n in range(20_000)]
    lot = lots(1, "size", names)
    assert stats.kstest(lot, "uniform").pvalue > 0.001
    assert lots(1, "size", names[::-1]).tolist() == lot[::-1].tolist()
    for other in (lots(2, "size", names), lots(1, "share", names)):
        assert abs(np.corrcoef(lot, other)[0, 1]) < Z / math.sqrt(len(names))


def test_pair_lots_are_uniform_and_belong_to_the_pair():
    row, column = codes(1, "a", [f"c{n}" for n in range(300)]), codes(1, "b", [f"p{n}" for n in range(200)])
    lot = pair_lots(row, column)
    assert stats.kstest(lot.ravel(), "uniform").pvalue > 0.001
    assert lot.min() > 0.0
    assert lot.max() < 1.0
    assert np.array_equal(pair_lots(row[5:7], column[3:4]), lot[5:7, 3:4])
    rows = np.corrcoef(lot)[np.triu_indices(300, 1)]
    assert abs(rows.mean()) < Z / math.sqrt(200 * rows.size)


def test_whole_numbers_are_shared_out_by_the_largest_remainder():
    assert apportion([1, 1, 1], 10).tolist() == [4, 3, 3]
    assert apportion([50, 30, 20], 10).tolist() == [5, 3, 2]
    assert apportion([0.0, 5.5, 4.5], 3).tolist() == [0, 2, 1]
    assert apportion([1173, 313, 123, 108, 18], 1735).tolist() == [1173, 313, 123, 108, 18]


# Sizes


def test_classes_have_the_published_proportions(base):
    rows, _ = published_classes()
    group = {"sector": "water", "name": "Water {n}", "count": 5000, "size_classes": rows}
    sizes = np.array(list(customers(made(base, groups=[group])).values()))
    expected = apportion([row["count"] for row in rows], 5000)
    edges = [0, 500.5, 3300.5, 10_000.5, 100_000.5, 1e9]
    assert np.histogram(sizes, edges)[0].tolist() == expected.tolist()


def test_seven_per_cent_of_water_systems_serve_most_people(base):
    """The evidence has 7 % of systems serve 81 %; the sizes are of another year and log-uniform in a class."""
    rows, count = published_classes()
    group = {"sector": "water", "name": "Water {n}", "count": 20_000, "size_classes": rows}
    sizes = np.sort(list(customers(made(base, groups=[group])).values()))[::-1]
    assert count > 50_000
    large = parameter("pop.us.water.cws_7pct_serving_81pct").value
    share = large / parameter("pop.us.water.cws_total_2004").value
    served = sizes[: round(share * len(sizes))].sum() / sizes.sum()
    assert share == pytest.approx(0.07, abs=0.001)
    assert served == pytest.approx(0.81, abs=0.03)


def test_sizes_inside_a_class_are_log_uniform(base):
    group = WATER | {"count": 3000, "size_classes": [{"low": 1000, "high": 100_000, "count": 1}]}
    del group["size"]
    sizes = np.array(list(customers(made(base, groups=[group])).values()))
    assert stats.kstest(np.log(sizes / 1000) / math.log(100), "uniform").pvalue > 0.001


def test_sizes_follow_a_law(base):
    sizes = list(customers(made(base, groups=[WATER | {"count": 3000}])).values())
    assert stats.kstest(np.log(np.array(sizes) / 1000), "norm").pvalue > 0.001


def test_a_total_is_met_exactly_and_nobody_is_left_without_customers(base):
    plain = customers(made(base, groups=[WATER]))
    scaled = customers(made(base, groups=[WATER | {"total_customers": 10_000}]))
    assert sum(scaled.values()) == 10_000
    assert min(scaled.values()) >= 1
    assert all(size == round(size) for size in scaled.values())
    assert stats.spearmanr(list(plain.values()), list(scaled.values())).statistic > 0.99


def test_what_an_organisation_is_comes_from_its_size_and_the_shares(base):
    group = WATER | {
        "pool": "responders",
        "own_teams": 3,
        "critical_above": 2000,
        "briefed_above": 4000,
        "government_share": 0.4,
        "serves_war_share": 0.1,
        "stance": 0.2,
        "generation_per_customer_kw": 0.5,
    }
    rows = made(base, groups=[group]).register.organisations
    for o in rows:
        assert (o.pool, o.own_teams, o.stance) == ("responders", 3, 0.2)
        assert o.people == 2 * o.customers
        assert o.generation_kw == 0.5 * o.customers
        assert o.critical == (o.customers >= 2000)
        assert o.briefed == (o.customers >= 4000)
    for share, count in ((0.4, sum(o.government for o in rows)), (0.1, sum(o.serves_war for o in rows))):
        assert abs(count - share * len(rows)) < Z * math.sqrt(len(rows) * share * (1 - share))


# Nothing is reshuffled


def test_the_same_seed_gives_the_same_portfolio(base):
    section = {"products": [SHIELD], "links": [LINK]}
    assert made(base, **section).register == made(base, **section).register
    other = made(base, seed=8, **section).register
    assert other != made(base, **section).register


def test_a_group_more_changes_no_other(base):
    before = made(base, products=[SHIELD])
    after = made(base, groups=[POWER | {"name": "New {n}", "sector": "telecom"}, POWER, WATER], products=[SHIELD])
    assert {o.name: o for o in before.register.organisations}.items() <= {
        o.name: o for o in after.register.organisations
    }.items()
    assert users(before, "shield") == users(after, "shield")


def test_a_larger_share_only_adds_users(base):
    few = made(base, products=[SHIELD, RIVAL])
    more = made(base, products=[SHIELD | {"share": 0.35}, RIVAL])
    assert users(few, "shield") < users(more, "shield")
    assert users(few, "rival") == users(more, "rival")


def test_rivals_exclude_each_other_and_their_shares_add_up(base):
    third = SHIELD | {"product": "third", "share": 0.2}
    loaded = made(base, groups=[WATER | {"count": 4000}], products=[SHIELD, RIVAL, third])
    sets = [users(loaded, name) for name in ("shield", "rival", "third")]
    assert sum(map(len, sets)) == len(set.union(*sets)) == 4000
    for share, found in zip((0.3, 0.5, 0.2), sets, strict=True):
        assert abs(len(found) - 4000 * share) < Z * math.sqrt(4000 * share * (1 - share))


def test_products_of_different_kinds_are_independent(base):
    scada = SHIELD | {"product": "scada", "share": 0.5}
    loaded = made(base, groups=[WATER | {"count": 4000}], products=[SHIELD | {"share": 0.5}, scada])
    both = len(users(loaded, "shield") & users(loaded, "scada"))
    assert abs(both - 1000) < Z * math.sqrt(4000 * 0.25 * 0.75)


def test_one_who_runs_a_product_on_servers_runs_it_in_the_office(base):
    servers = SHIELD | {"host_group": "privileged", "share": 0.1}
    rows = made(base, products=[SHIELD, servers]).register.dependencies
    on = {group: {d.organisation for d in rows if d.host_group == group} for group in ("office", "privileged")}
    assert set() < on["privileged"] < on["office"]


def test_only_larger_organisations_where_the_rule_says_so(base):
    loaded = made(base, products=[SHIELD | {"share": 1, "larger_than": 3000, "hold_back": "2 d"}])
    size = customers(loaded)
    assert users(loaded, "shield") == {name for name, count in size.items() if count > 3000}
    assert {d.hold_back_h for d in loaded.register.dependencies} == {48.0}


def test_a_share_of_those_named_so_goes_before_the_share_of_all(base):
    """Shares per trade: a longer beginning goes before a shorter one, and the rest follow the rule without."""
    groups = [WATER, WATER | {"name": "Water Board {n}"}, WATER | {"name": "Tarn {n}"}]
    rules = [SHIELD | {"share": share, "named": named} for share, named in ((0, ""), (1, "Water"), (0, "Water Board"))]
    loaded = made(base, groups=groups, products=rules)
    assert users(loaded, "shield") == set(customers(loaded, "Water ")) - set(customers(loaded, "Water Board"))
    assert users(made(base, groups=groups, products=rules[::-1]), "shield") == users(loaded, "shield")
    said = refusal(base, products=[rules[1], rules[1]])
    assert 'is "shield" once more; allowed: each product once in a market' in said


# Links


def test_providers_are_chosen_in_proportion_to_their_customers(base):
    loaded = made(base, groups=[WATER | {"count": 6000}, POWER | {"count": 5}], links=[LINK])
    size = customers(loaded, "Power")
    chosen = Counter(providers(loaded).values())
    names = sorted(size)
    expected = [6000 * size[name] / sum(size.values()) for name in names]
    assert stats.chisquare([chosen[name] for name in names], expected).pvalue > 0.001


def test_a_new_provider_takes_links_and_moves_no_other(base):
    before = providers(made(base, links=[LINK]))
    extra = POWER | {"name": "New Power {n}", "count": 1}
    loaded = made(base, groups=[WATER, POWER, extra], links=[LINK])
    after = providers(loaded)
    moved = {name for name in before if before[name] != after[name]}
    assert {after[name] for name in moved} == {"New Power 1"}
    size = customers(loaded, "Power") | customers(loaded, "New")
    share = size["New Power 1"] / sum(size.values())
    assert 0 < len(moved) < 400 * share + Z * math.sqrt(400 * share)


def test_several_providers_carry_equal_parts(base):
    rule = LINK | {"providers": 3, "refilled_after": "1 d", "restart_lag": "2 h", "deliveries": 2}
    rows = made(base, links=[rule]).register.links
    assert set(Counter(k.organisation for k in rows).values()) == {3}
    assert len({(k.organisation, k.provider) for k in rows}) == len(rows) == 1200
    assert {(k.carries, k.refilled_after_h, k.restart_lag_h, k.deliveries) for k in rows} == {(1 / 3, 24.0, 2.0, 2)}


def test_nobody_is_linked_to_itself(base):
    trust = LINK | {"provider": "water", "kind": "trust", "share": 0.5}
    rows = made(base, groups=[WATER | {"count": 60}], links=[trust]).register.links
    assert all(k.organisation != k.provider for k in rows)
    assert abs(len(rows) - 30) < Z * math.sqrt(60 * 0.25)


# Files and rules together


def test_rules_fill_in_where_the_files_say_nothing(small):
    small.edit(
        "  links: links.csv\n",
        "  links: links.csv\n  generate: "
        + json.dumps(
            {
                "seed": 1,
                "groups": [POWER | {"count": 2}],
                "products": [
                    SHIELD | {"share": 1},
                    SHIELD | {"sector": "energy", "share": 1},
                    SHIELD | {"sector": "telecom", "share": 1},
                ],
                "links": [LINK, LINK | {"sector": "telecom"}],
            }
        )
        + "\n",
    )
    register = small.load().register
    runs = {d.organisation: d.coverage for d in register.dependencies if d.product == "shield"}
    assert runs == {"Alder Water": 0.9, "Birch Power": 1.0, "Cedar Telecom": 0.9, "Power 1": 0.9, "Power 2": 0.9}
    supply = [(k.organisation, k.provider) for k in register.links if k.kind == "supply"]
    assert [pair for pair in supply if pair[0] == "Alder Water"] == [("Alder Water", "Birch Power")]
    (telecom,) = [provider for organisation, provider in supply if organisation == "Cedar Telecom"]
    assert telecom in {"Birch Power", "Power 1", "Power 2"}


def test_a_made_up_name_that_a_file_has_is_refused(small):
    small.edit(
        "  links: links.csv\n",
        "  links: links.csv\n  generate: "
        + json.dumps({"seed": 1, "groups": [POWER | {"name": "Birch Power", "count": 1}]})
        + "\n",
    )
    (refusal,) = small.refusals()
    assert f"line {small.line('generate:')}: portfolio.generate.groups[1].name" in refusal
    assert '"Birch Power" is already in the portfolio' in refusal


# Refusals


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"products": [SHIELD, RIVAL | {"share": 0.8}]}, "part of 1.1 in all for endpoint_security on office in water"),
        ({"products": [SHIELD, SHIELD]}, "each product once in a market"),
        ({"products": [SHIELD | {"product": "sheild"}]}, 'Did you mean "shield"?'),
        ({"groups": [WATER | {"name": "Water"}]}, "a name with {n} for the number"),
        ({"groups": [WATER | {"name": "A/B {n}"}]}, "can be taken for a path"),
        ({"groups": [WATER, WATER | {"count": 1}]}, '"Water 1" is already in the portfolio'),
        ({"groups": [WATER | {"size": None}]}, "either size or size_classes"),
        ({"groups": [WATER | {"size_classes": [{"low": 1, "high": 2, "count": 1}]}]}, "given beside size_classes"),
        ({"groups": [WATER | {"total_customers": 399}]}, "400 or more, one for each organisation"),
        ({"groups": [WATER | {"pool": "responder"}]}, 'Did you mean "responders"?'),
        ({"groups": [WATER | {"count": 0}]}, "1 or more"),
        ({"groups": []}, "portfolio is without organisations; allowed: at least one"),
        ({"links": [LINK, LINK]}, "a second rule for supply links from water to energy"),
        ({"links": [LINK | {"provider": "telecom"}]}, "needs 1 providers of telecom"),
        ({"links": [LINK | {"providers": 31}]}, "up to 30, for so many there are"),
        ({"groups": [WATER], "links": [LINK | {"provider": "water", "providers": 400}]}, "up to 399"),
    ],
)
def test_what_cannot_be_made_up_is_one_sentence(base, section, said):
    sentence = refusal(base, **section)
    assert "\n" not in sentence
    assert sentence.startswith("made.yaml, line 1: portfolio")
    assert said in sentence


@pytest.mark.parametrize(
    ("classes", "said"),
    [
        ([{"low": 5, "high": 2, "count": 1}], "0 < low <= high"),
        ([{"low": 0, "high": 2, "count": 1}], "0 < low <= high"),
        ([{"low": 1, "high": 2, "count": 0}], "a count above 0"),
    ],
)
def test_a_class_that_cannot_be_is_refused(base, classes, said):
    group = {key: value for key, value in WATER.items() if key != "size"} | {"size_classes": classes}
    assert said in refusal(base, groups=[group])


def test_ten_million_organisations_are_refused_with_what_they_would_need(base):
    sentence = refusal(base, groups=[WATER | {"count": 10_000_000}])
    assert "10000000 organisations in all, which need about 20.0 GB of memory" in sentence
    assert "50 minutes" in sentence
    assert "allowed: up to 1000000 organisations" in sentence


@pytest.mark.slow
def test_fifty_thousand_organisations_take_seconds(base):
    groups = [WATER | {"count": 47_000}, POWER | {"count": 3000}]
    started = time.process_time()
    loaded = made(base, groups=groups, products=[SHIELD, RIVAL], links=[LINK])
    assert time.process_time() - started < 10.0
    assert len(loaded.register.organisations) == 50_000
    assert len(loaded.register.links) == 47_000
