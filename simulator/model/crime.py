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
        self.widest = setting.world.widest_gaps
        tempo = theatre_tempo(setting, crime.theatre, crime.multiplier, 1.0)
        entities, rates = setting.entities, setting.world.crime_rates
        found = arrivals(setting.draws, Purpose.CRIME_CLOCK, entities.organisation_array, rates, tempo)
        keys = [joint(entities.organisations[i], occurrence) for _, i, occurrence in found]
        marks = setting.draws.uniforms(Purpose.CRIME_ACCEPT, keys).tolist()
        for (hour, i, occurrence), key, mark in zip(found, keys, marks, strict=True):
            setting.clock.at(hour, Kind.CRIME, i, self._tries, NOBODY, occurrence, (occurrence, key, mark))

    def _tries(self, moment: Moment) -> None:
        i = moment.who
        occurrence, key, mark = moment.data
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
