"""Mechanism 9, routes. From a compromised host group to precautionary stop, loss of view or unsafe control."""

from __future__ import annotations

from simulator.chance.keys import Purpose
from simulator.model.causes import Cause
from simulator.model.clock import Moment
from simulator.model.kinds import Kind
from simulator.model.posture import Posture
from simulator.model.restoration import Restorations
from simulator.model.service import Service, Trouble
from simulator.model.setting import Setting
from simulator.scenario.words import HOST_GROUPS, SECTORS

PRECAUTION = "precautionary_stop"
LOSS_OF_VIEW = "loss_of_view"
UNSAFE_CONTROL = "unsafe_control"


class Effects:
    """Turns a struck host group into troubles of service, and asks for restoration."""

    def __init__(self, setting: Setting, posture: Posture, service: Service, restorations: Restorations) -> None:
        self.setting = setting
        self.posture = posture
        self.service = service
        self.restorations = restorations
        self.rules = setting.world.scenario.service

    def strike(
        self,
        organisation: int,
        host_group: int,
        coverage: float,
        cause: Cause,
        key: int,
        shape: str,
        parent: int,
    ) -> None:
        """Code has acted on a host group. One uniform picks the route, the worst first; the rest is IT only."""
        sector = SECTORS[self.setting.world.organisations.sector[organisation]]
        routes = self.rules.on_activation.get(sector, {}).get(HOST_GROUPS[host_group])
        self.restorations.ask(organisation, cause, shape, parent)
        cause.struck.add(organisation)
        if routes is None:
            return
        u = self.setting.draws.uniform(Purpose.EFFECT_ROUTE, key)
        stop_left, view_left, control_left = self.posture.routes(organisation, host_group)
        unsafe = coverage * routes.unsafe_control.value * control_left
        view = unsafe + coverage * routes.loss_of_view.value * view_left
        stop = view + coverage * routes.precautionary_stop.value * stop_left
        if u < unsafe:
            self._lose_control(organisation, cause, key, parent)
        elif u < view:
            self._lose_view(organisation, cause, parent)
        elif u < stop:
            self.stop(organisation, cause, key, parent)

    def stop(self, organisation: int, cause: Cause, key: int, parent: int) -> None:
        """A precautionary stop: until assured again, or until restored where no time is given."""
        trouble = self.service.open(organisation, cause.number, PRECAUTION, self.rules.stopped_output.value, parent)
        if self.rules.stop_time is not None:
            hours = self.rules.stop_time.value.quantile(self.setting.draws.uniform(Purpose.STOP_TIME, key))
            self.setting.clock.after(
                hours, Kind.OUTAGE_OVER, organisation, self._assured, parent, cause.number, trouble
            )

    def _assured(self, moment: Moment) -> None:
        trouble = moment.data
        assert isinstance(trouble, Trouble)
        if trouble.is_open:
            entry = self.setting.clock.record(Kind.OUTAGE_OVER, moment.who, moment.parent)
            self.service.close(trouble, entry)

    def _lose_view(self, organisation: int, cause: Cause, parent: int) -> None:
        sector = SECTORS[self.setting.world.organisations.sector[organisation]]
        manual = self.posture.manual(organisation, self.rules.manual.get(sector))
        output = manual.share.value if manual is not None else 0.0
        self.service.open(organisation, cause.number, LOSS_OF_VIEW, output, parent, manual=manual)

    def _lose_control(self, organisation: int, cause: Cause, key: int, parent: int) -> None:
        """Unsafe control stops service; in water it may leave it running and unsafe, counted apart."""
        sector = SECTORS[self.setting.world.organisations.sector[organisation]]
        u = self.setting.draws.uniform(Purpose.EFFECT_ROUTE, key, 1)
        unsafe = sector == "water" and u < self.rules.unsafe_water.value
        self.service.open(organisation, cause.number, UNSAFE_CONTROL, 1.0 if unsafe else 0.0, parent, unsafe=unsafe)
