"""Mechanism 10. Response teams: each organisation's own, and pools shared with others and with routine work."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush

from simulator.chance.keys import Purpose
from simulator.chance.stream import Stream
from simulator.model.clock import Moment
from simulator.model.kinds import Kind
from simulator.model.posture import Posture
from simulator.model.setting import Setting
from simulator.rules.erlang import stationary_state
from simulator.scenario.operations import Pool

Start = Callable[["Job", int], float]
"""Called with (job, log entry) when a team starts; returns the hours it will take."""


@dataclass(slots=True, eq=False)
class Job:
    """Work for one team. `expected_h` orders the queue; the real time belongs to the job, not to the team."""

    organisation: int
    cause: int
    customers: float
    expected_h: float
    key: int
    """Hash of the organisation and the cause: what the job's draws are keyed by."""
    parent: int
    start: Start
    done: Callable[[Job, int], None]
    started: bool = False


class TeamPool:
    """A shared pool: a heap of waiting jobs, and routine incidents only while there is demand (V07, V08, V42).

    Routine work concerns nobody else, so the pool catches up with it whenever a job comes or goes. It needs a
    moment of its own only where it gives back a team while a job waits.
    """

    def __init__(self, setting: Setting, posture: Posture, row: int, pool: Pool) -> None:
        self.setting = setting
        self.posture = posture
        self.row = row
        self.pool = pool
        self.teams = pool.teams.value
        """Those of the scenario and, from the next job on, those that a mitigation in force has added."""
        self.busy = 0
        self.waiting: list[tuple[float, float, int, int, Job | None]] = []
        self.jobs_waiting = 0
        self.demand = 0
        self.choosing = False
        self.ends: list[float] = []
        """Heap of the hours at which routine work gives its teams back."""
        self.arrives = math.inf
        """Hour of the next routine incident."""
        self.watched = math.inf
        """Hour of the latest moment scheduled for the end of routine work."""
        self.epoch = 0
        self.incidents = 0
        key = setting.entities.pools[row]
        self.gaps = Stream(setting.draws, Purpose.ROUTINE_ARRIVAL, key)
        self.services = Stream(setting.draws, Purpose.ROUTINE_SERVICE, key)

    @property
    def free(self) -> bool:
        return self.busy < self.teams

    def ask(self, job: Job) -> None:
        """A job joins; it starts now if a team is free and no job of this instant goes before it."""
        self._catch_up()
        self.teams = self.pool.teams.value + self.posture.pool_teams(self.row)
        self.demand += 1
        if self.demand == 1:
            self._wake()
        self._queue(job)
        self._choose()

    def withdraw(self) -> None:
        """A job was taken over by an organisation's own team."""
        self._catch_up()
        self._leave()

    def _queue(self, job: Job) -> None:
        self.jobs_waiting += 1
        now = self.setting.clock.now
        heappush(self.waiting, (self._rank(job), now, job.organisation, job.cause, job))

    def _rank(self, job: Job) -> float:
        """The c-mu rule (customers per repair hour), or a plainer one."""
        match self.pool.priority:
            case "customers_per_repair_hour":
                return -job.customers / max(job.expected_h, 1e-9)
            case "largest_first":
                return -job.customers
            case "smallest_first":
                return job.customers
            case "random":
                return self.setting.draws.uniform(Purpose.TARGET, job.key)
            case "first_come":
                return self.setting.clock.now

    def _choose(self) -> None:
        """Assign once all of this instant has failed: priority decides among them, not the order of names."""
        if not self.free:
            self._watch()
        elif self.waiting and not self.choosing:
            self.choosing = True
            self.setting.clock.after(0.0, Kind.REPAIR_STARTS, self.row, self._chosen)

    def _chosen(self, moment: Moment) -> None:
        self.choosing = False
        self._assign(self.setting.clock.now)
        self._watch()

    def _assign(self, hour: float) -> None:
        while self.busy < self.teams and self.waiting:
            job = heappop(self.waiting)[4]
            if job is None:
                self._serve_routine(hour)
                continue
            self.jobs_waiting -= 1
            if not job.started:
                job.started = True
                self._serve(job)

    def _serve(self, job: Job) -> None:
        self.busy += 1
        clock = self.setting.clock
        entry = clock.record(Kind.REPAIR_STARTS, job.organisation, job.parent)
        hours = job.start(job, entry)
        clock.after(hours, Kind.RESTORED, job.organisation, self._served, entry, job.cause, job)

    def _served(self, moment: Moment) -> None:
        job = moment.data
        assert isinstance(job, Job)
        self._catch_up()
        entry = self.setting.clock.record(Kind.RESTORED, job.organisation, moment.parent)
        self.busy -= 1
        job.done(job, entry)
        self._leave()
        self._choose()

    def _leave(self) -> None:
        self.demand -= 1
        if self.demand == 0:
            self._sleep()

    def _wake(self) -> None:
        """Demand begins: teams are as busy as in the long run (Erlang C), and routine work goes on."""
        routine = self.pool.routine
        if routine is None or routine.arrivals.value == 0.0:
            return
        load = routine.arrivals.value * routine.service.value
        u = self.setting.draws.uniform(Purpose.ROUTINE_STATE, self.setting.entities.pools[self.row], self.epoch)
        now = self.setting.clock.now
        for _ in range(stationary_state(u, self.teams, load)):
            if self.free:
                self._serve_routine(now)
            else:
                self._queue_routine(now)
        self._next_routine(now)

    def _sleep(self) -> None:
        """Demand is over: routine work is forgotten until the next demand."""
        self.epoch += 1
        self.busy = 0
        self.waiting = []
        self.jobs_waiting = 0
        self.ends = []
        self.arrives = math.inf

    def _catch_up(self) -> None:
        """Routine work up to now."""
        now = self.setting.clock.now
        while self.arrives <= now or (self.ends and self.ends[0] <= now):
            if self.ends and self.ends[0] <= self.arrives:
                hour = heappop(self.ends)
                self.busy -= 1
            else:
                hour = self.arrives
                self._queue_routine(hour)
                self._next_routine(hour)
            self._assign(hour)

    def _watch(self) -> None:
        """While a job waits, be there when routine work gives a team back."""
        if self.jobs_waiting and self.ends and self.ends[0] != self.watched:
            self.watched = self.ends[0]
            self.setting.clock.at(self.watched, Kind.TEAM_FREE, self.row, self._team_back)

    def _team_back(self, moment: Moment) -> None:
        self._catch_up()
        self._watch()

    def _queue_routine(self, hour: float) -> None:
        """Routine work waits behind every job with customers, and in turn under first_come."""
        self.incidents += 1
        rank = hour if self.pool.priority == "first_come" else math.inf
        heappush(self.waiting, (rank, hour, -1, self.incidents, None))

    def _next_routine(self, hour: float) -> None:
        assert self.pool.routine is not None
        self.arrives = hour - math.log1p(-self.gaps.draw()) / self.pool.routine.arrivals.value

    def _serve_routine(self, hour: float) -> None:
        assert self.pool.routine is not None
        self.busy += 1
        heappush(self.ends, hour - self.pool.routine.service.value * math.log1p(-self.services.draw()))


class Response:
    """Assigns each job to the organisation's own team, or else to its pool."""

    def __init__(self, setting: Setting, posture: Posture) -> None:
        self.setting = setting
        self.posture = posture
        world = setting.world
        self.pools = [TeamPool(setting, posture, k, world.scenario.pools[name]) for k, name in enumerate(world.pools)]
        self.own_busy = [0] * len(world.organisations.names)
        self.own_queue: dict[int, list[Job]] = {}

    def ask(self, job: Job) -> None:
        """An own team if one is free, otherwise the pool; an own team that comes free takes over first."""
        i = job.organisation
        if self._own_free(i):
            self._own(job)
            return
        self.own_queue.setdefault(i, []).append(job)
        pool = self.setting.world.organisations.pool[i]
        if pool >= 0:
            self.pools[pool].ask(job)

    def begin_without_team(self, job: Job) -> None:
        """Work the organisation's ordinary staff do at once."""
        job.started = True
        clock = self.setting.clock
        entry = clock.record(Kind.REPAIR_STARTS, job.organisation, job.parent)
        hours = job.start(job, entry)
        clock.after(hours, Kind.RESTORED, job.organisation, self._unaided_done, entry, job.cause, job)

    def _own_free(self, i: int) -> bool:
        """Has the organisation a team to spare? One that is added while a job waits takes the next job."""
        return self.own_busy[i] < self.setting.world.organisations.own_teams[i] + self.posture.own_teams(i)

    def _own(self, job: Job) -> None:
        self.own_busy[job.organisation] += 1
        job.started = True
        clock = self.setting.clock
        entry = clock.record(Kind.REPAIR_STARTS, job.organisation, job.parent, "own team")
        hours = job.start(job, entry)
        clock.after(hours, Kind.RESTORED, job.organisation, self._own_done, entry, job.cause, job)

    def _own_done(self, moment: Moment) -> None:
        job = moment.data
        assert isinstance(job, Job)
        i = job.organisation
        entry = self.setting.clock.record(Kind.RESTORED, i, moment.parent)
        self.own_busy[i] -= 1
        job.done(job, entry)
        queue = [j for j in self.own_queue.pop(i, []) if not j.started]
        if queue and self._own_free(i):
            next_job = queue.pop(0)
            self._own(next_job)
            pool = self.setting.world.organisations.pool[i]
            if pool >= 0:
                self.pools[pool].withdraw()
        if queue:
            self.own_queue[i] = queue

    def _unaided_done(self, moment: Moment) -> None:
        job = moment.data
        assert isinstance(job, Job)
        job.done(job, self.setting.clock.record(Kind.RESTORED, job.organisation, moment.parent))
