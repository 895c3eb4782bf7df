"""Mechanisms 2 to 4. Attempts of the driver become releases: coerced use, outside intrusion, footholds released.

Who decides, when, and whether it succeeds is settled in the driver; here the path is picked (mechanism 3), and
what a refusal does to customers happens.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from simulator.chance.channels import Channel, product_success
from simulator.chance.entities import joint, joint_array
from simulator.chance.future import Answer, Attempt
from simulator.chance.keys import Purpose
from simulator.model.causes import Cause
from simulator.model.clock import NOBODY, Moment
from simulator.model.compromise import Carrier
from simulator.model.kinds import Kind
from simulator.model.payload import behaviour_of
from simulator.model.protection import UPDATE_PATHS, Protection
from simulator.model.release import Releases
from simulator.model.setting import Setting
from simulator.rules.access import holding_probability
from simulator.scenario.words import HOST_GROUPS, PATHS

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
            products = self._obedient_products(channel, attempt)
        else:
            assert scenario.intrusion is not None
            payload = scenario.payloads[scenario.intrusion.payload]
            products = self._intruded_product(channel, attempt)
        self.releases.open(
            cause,
            behaviour_of(self.setting, payload),
            products,
            payload.delay.value if payload.delay else None,
            payload.worm_delay.value if payload.worm_delay else None,
            entry,
            coerced=channel.coercion is not None,
        )

    def _obedient_products(self, channel: Channel, attempt: Attempt) -> list[tuple[int, int]]:
        """Products whose success exceeds the campaign's one mark, each on the path the attacker picks."""
        world = self.setting.world
        assert channel.compliance is not None
        obey = float(channel.compliance[self.setting.state[channel.theatre]])
        chosen = []
        for p in sorted(p for v in channel.vendors for p in world.products_of(v)):  # whoever ships what
            if attempt.mark < obey * product_success(world, p):
                chosen.append((p, self._pick_path(p, world.products.path_success[p], channel.key, attempt.occurrence)))
        return chosen

    def _intruded_product(self, channel: Channel, attempt: Attempt) -> list[tuple[int, int]]:
        """An intruder in the build uses one of the vendor's least guarded products, on the best path left."""
        world = self.setting.world
        assert world.scenario.intrusion is not None
        allowed = [PATHS.index(path) for path in world.scenario.intrusion.paths]
        open_to = {
            p: max(world.products.control_left[p][k] for k in allowed)
            for v in channel.vendors
            for p in world.products_of(v)
        }
        top = max(open_to.values(), default=0.0)
        products = [p for p, left in open_to.items() if left == top > 0.0]
        if not products:
            return []
        u = self.setting.draws.uniform(Purpose.INTRUSION_PATH, channel.key, attempt.occurrence)
        product = products[int(u * len(products))]
        left = tuple(x if k in allowed else 0.0 for k, x in enumerate(world.products.control_left[product]))
        return [(product, self._pick_path(product, left, channel.key, attempt.occurrence))]

    def _pick_path(self, product: int, success: tuple[float, ...], key: int, occurrence: int) -> int:
        """The best path left (or a quantal response over paths); after updates stop, only the others are open."""
        world = self.setting.world
        rows = world.dependencies.of_product[product]
        stopped = bool(rows) and all(not self.protection.reachable(k, UPDATE_PATHS[0]) for k in rows)
        open_paths = [0.0 if stopped and k in UPDATE_PATHS else s for k, s in enumerate(success)]
        if max(open_paths) == 0.0:
            open_paths = list(success)
        choice = world.scenario.path_choice
        if choice.rule == "best":
            return int(np.argmax(open_paths))
        precision = choice.precision.value
        # He tries path j with probability proportional to exp(precision p_j); this attempt is known to work.
        weights = np.array(open_paths) * np.exp(precision * np.array(open_paths))
        u = self.setting.draws.uniform(
            Purpose.INTRUSION_PATH, joint(self.setting.entities.products[product], key), occurrence
        )
        return int(np.searchsorted(np.cumsum(weights) / weights.sum(), u))

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
