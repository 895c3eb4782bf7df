"""Mechanism 15. Ordinary crime: intrusions that security products help to stop, and the price of a protection gap."""

from __future__ import annotations

from simulator.chance.arrivals import arrivals
from simulator.chance.entities import joint
from simulator.chance.keys import Purpose
from simulator.model.clock import NOBODY, Moment
from simulator.model.effects import Effects
from simulator.model.kinds import Kind
from simulator.model.protection import Protection
from simulator.model.setting import Setting
from simulator.model.tempo import theatre_tempo
from simulator.scenario.threats import Crime
from simulator.scenario.words import HOST_GROUPS


class OrdinaryCrime:
    """Candidates come at the rate without protection; one is real if its mark is below the gap of the moment."""

    def __init__(self, setting: Setting, protection: Protection, effects: Effects, crime: Crime) -> None:
        self.setting = setting
        self.protection = protection
        self.effects = effects
        self.crime = crime
        customers = setting.world.organisations.customers
        self.widest = [protection.widest_gap(i) for i in range(len(customers))]
        rates = [
            crime.rate.value * (c / crime.reference_customers.value) ** crime.size_exponent.value * w
            if c > 0.0
            else 0.0
            for c, w in zip(customers, self.widest, strict=True)
        ]
        tempo = theatre_tempo(setting, crime.theatre, crime.multiplier, 1.0)
        keys = setting.entities.organisation_array
        for hour, i, occurrence in arrivals(setting.draws, Purpose.CRIME_CLOCK, keys, rates, tempo):
            setting.clock.at(hour, Kind.CRIME, i, self._tries, NOBODY, occurrence, occurrence)

    def _tries(self, moment: Moment) -> None:
        i, occurrence = moment.who, moment.data
        assert isinstance(occurrence, int)
        key = joint(self.setting.entities.organisations[i], occurrence)
        mark = self.setting.draws.uniform(Purpose.CRIME_ACCEPT, key)
        if mark >= self.protection.gap(i) / self.widest[i]:
            return
        name = self.setting.world.organisations.names[i]
        cause = self.setting.open_cause(f"crime/{name}/{occurrence}", "crime")
        cause.mode = "disruption"
        cause.entry = self.setting.clock.record(Kind.CRIME, i, NOBODY)
        self.effects.strike(
            i,
            HOST_GROUPS.index(self.crime.host_group),
            1.0,
            cause,
            joint(key, 1),
            self.crime.restoration,
            cause.entry,
        )
