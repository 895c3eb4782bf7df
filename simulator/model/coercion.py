"""Mechanisms 2 to 4. Attempts of the driver become releases: coerced use, outside intrusion, footholds released.

Who decides, when, whether it succeeds and by which path (mechanism 3) is settled in the driver; here it happens.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.chance.channels import Channel
from simulator.chance.entities import joint_array
from simulator.chance.future import Answer, Attempt
from simulator.chance.keys import Purpose
from simulator.model.causes import Cause
from simulator.model.clock import NOBODY, Moment
from simulator.model.compromise import Carrier
from simulator.model.kinds import Kind
from simulator.model.payload import behaviour_of
from simulator.model.protection import Protection
from simulator.model.release import Releases
from simulator.model.setting import Setting
from simulator.rules.access import holding_probability
from simulator.scenario.words import HOST_GROUPS

_PRIVILEGED = HOST_GROUPS.index("privileged")


class Attempts:
    """Plays the attempts of the driver at their times."""

    def __init__(self, setting: Setting, protection: Protection, releases: Releases) -> None:
        self.setting = setting
        self.protection = protection
        self.releases = releases
        self.on_publicised: list[Callable[[tuple[int, ...], int], None]] = []
        for attempt in setting.future.attempts:
            setting.clock.at(
                attempt.time_h, Kind.ATTEMPT, attempt.channel, self._made, NOBODY, attempt.occurrence, attempt
            )

    def _made(self, moment: Moment) -> None:
        attempt = moment.data
        assert isinstance(attempt, Attempt)
        channel = self.setting.driver.channels[attempt.channel]
        entry = self.setting.clock.record(Kind.ATTEMPT, attempt.channel, NOBODY, attempt.answer.name.lower())
        match attempt.answer:
            case Answer.SUCCEEDED:
                self._succeeds(channel, attempt, entry)
            case Answer.PUBLICISED:
                for react in self.on_publicised:
                    react(channel.vendors, entry)
            case Answer.LEFT_MARKET:
                self._vendors_leave(channel, entry)

    def _succeeds(self, channel: Channel, attempt: Attempt, entry: int) -> None:
        name = f"{channel.name}/{attempt.occurrence}"
        cause = self.setting.open_cause(name, channel.kind, channel.theatre)
        if channel.kind == "access_release":
            self._use_footholds(channel, cause, entry)
            return
        scenario = self.setting.world.scenario
        if channel.coercion is not None:
            payload = scenario.payloads[channel.coercion.payload]
        else:
            assert scenario.intrusion is not None
            payload = scenario.payloads[scenario.intrusion.payload]
        self.releases.open(
            cause,
            behaviour_of(self.setting, payload),
            list(attempt.targets),
            payload.delay.value if payload.delay else None,
            payload.worm_delay.value if payload.worm_delay else None,
            entry,
            coerced=channel.coercion is not None,
        )

    def _use_footholds(self, channel: Channel, cause: Cause, entry: int) -> None:
        """Footholds gained earlier and not yet lost act at once, with no product in between."""
        world = self.setting.world
        stock = world.scenario.theatres[world.theatres[channel.theatre]].access_stock
        assert stock is not None
        payload = world.scenario.payloads[stock.payload]
        keys = joint_array(self.setting.entities.organisation_array, cause.key)
        lots = self.setting.draws.uniforms(Purpose.FOOTHOLD, keys).tolist()
        footholds = [
            Carrier(-1, i, _PRIVILEGED, 1.0, key)
            for i, (u, key) in enumerate(zip(lots, keys.tolist(), strict=True))
            if u < holding_probability(stock.gained.value, stock.kept.value, world.organisations.weight[i])
        ]
        self.releases.open(
            cause,
            behaviour_of(self.setting, payload),
            [],
            payload.delay.value if payload.delay else None,
            payload.worm_delay.value if payload.worm_delay else None,
            entry,
            footholds=footholds,
        )

    def _vendors_leave(self, channel: Channel, entry: int) -> None:
        """The firm leaves the market rather than obey: its customers' updates stop."""
        world = self.setting.world
        for v in channel.vendors:
            self.setting.clock.record(Kind.UPDATES_STOP, v, entry)
            for p in world.products_of(v):
                for k in world.dependencies.of_product[p]:
                    self.protection.stop_updates(k)
