"""Given facts: dated compromises, faults and outages in place of draws. Their results are conditional."""

from __future__ import annotations

from simulator.model.clock import NOBODY, Moment
from simulator.model.faults import release_fault
from simulator.model.kinds import Kind
from simulator.model.payload import behaviour_of
from simulator.model.release import Releases
from simulator.model.restoration import Restorations
from simulator.model.service import Service, Trouble
from simulator.model.setting import Setting
from simulator.scenario.government import Given, GivenCompromise, GivenFault, GivenOutage
from simulator.scenario.words import PATHS

GIVEN_OUTAGE = "given_outage"


class GivenFacts:
    """Plays the `given` section of a scenario."""

    def __init__(
        self, setting: Setting, service: Service, releases: Releases, restorations: Restorations, given: Given
    ) -> None:
        self.setting = setting
        self.service = service
        self.releases = releases
        self.restorations = restorations
        world = setting.world
        for k, fact in enumerate(given.compromises):
            product = world.products.names.index(fact.product)
            setting.clock.at(fact.at, Kind.GIVEN_COMPROMISE, product, self._compromised, NOBODY, k, fact)
        for k, fault in enumerate(given.faults):
            product = world.products.names.index(fault.product)
            setting.clock.at(fault.at, Kind.FAULT, product, self._ships_a_fault, NOBODY, k, fault)
        for k, outage in enumerate(given.outages):
            i = world.organisations.names.index(outage.organisation)
            setting.clock.at(outage.at, Kind.OUTAGE, i, self._fails, NOBODY, k, outage)

    def _compromised(self, moment: Moment) -> None:
        fact = moment.data
        assert isinstance(fact, GivenCompromise)
        payload = self.setting.world.scenario.payloads[fact.payload]
        cause = self.setting.open_cause(f"given/{fact.product}/{fact.at}", "given", malicious=True)
        self.releases.open(
            cause,
            behaviour_of(self.setting, payload),
            [(moment.who, PATHS.index(fact.path))],
            payload.delay.value if payload.delay else None,
            payload.worm_delay.value if payload.worm_delay else None,
            self.setting.clock.record(Kind.GIVEN_COMPROMISE, moment.who, NOBODY),
            everywhere_at_once=fact.installed == "everywhere_at_once",
            offered_for=fact.offered_for,
            detected_after=fact.detected_after,
        )

    def _ships_a_fault(self, moment: Moment) -> None:
        fact = moment.data
        assert isinstance(fact, GivenFault)
        scenario = self.setting.world.scenario
        profile = scenario.faults[scenario.products[fact.product].fault or ""]
        cause = self.setting.open_cause(f"given/fault/{fact.product}/{fact.at}", "faulty_update")
        release_fault(self.setting, self.releases, cause, moment.who, profile)

    def _fails(self, moment: Moment) -> None:
        fact = moment.data
        assert isinstance(fact, GivenOutage)
        cause = self.setting.open_cause(f"given/{fact.organisation}/{fact.at}", "given")
        trouble = self.service.open(moment.who, cause.number, GIVEN_OUTAGE, 0.0, NOBODY)
        if fact.lasts is not None:
            self.setting.clock.after(
                fact.lasts, Kind.OUTAGE_OVER, moment.who, self._over, NOBODY, cause.number, trouble
            )
        else:
            assert fact.restoration is not None
            self.restorations.ask(moment.who, cause, fact.restoration, NOBODY)

    def _over(self, moment: Moment) -> None:
        trouble = moment.data
        assert isinstance(trouble, Trouble)
        entry = self.setting.clock.record(Kind.OUTAGE_OVER, moment.who, moment.parent)
        self.service.close(trouble, entry)
