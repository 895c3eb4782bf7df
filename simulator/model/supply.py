"""State of the supply links: which are exhausted, and what that leaves of each consumer."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.world.world import World


class Supply:
    """Exhausted links. A consumer keeps, per service, what its exhausted links do not carry (methods 1.6)."""

    def __init__(self, world: World) -> None:
        self.links = world.links
        self.sector = world.organisations.sector
        self.exhausted = [False] * len(world.links.names)
        self.cut_off = [0] * len(world.organisations.names)
        """Number of exhausted links into each organisation."""

    def mark(self, link: int, exhausted: bool) -> None:
        if self.exhausted[link] != exhausted:
            self.exhausted[link] = exhausted
            self.cut_off[self.links.consumer[link]] += 1 if exhausted else -1

    def factor(self, organisation: int, ignoring: frozenset[int] = frozenset()) -> float:
        """Share of output the exhausted links leave: product over services of one minus what they carried."""
        if not self.cut_off[organisation]:
            return 1.0
        lost: dict[int, float] = {}
        links = self.links
        for k in links.of_consumer[organisation]:
            if self.exhausted[k] and k not in ignoring:
                service = self.sector[links.provider[k]]
                lost[service] = lost.get(service, 0.0) + links.carries[k] * (1.0 - links.fallback[k])
        left = 1.0
        for share in lost.values():
            left *= max(1.0 - share, 0.0)
        return left

    def cut_from(self, organisation: int) -> Iterator[int]:
        """Providers whose exhausted links this organisation hangs on."""
        if self.cut_off[organisation]:
            for k in self.links.of_consumer[organisation]:
                if self.exhausted[k]:
                    yield self.links.provider[k]

    def upstream(self, organisation: int) -> set[int]:
        """The organisation and all whose service it lost, through any number of exhausted links."""
        seen, stack = {organisation}, [organisation]
        while stack:
            for provider in self.cut_from(stack.pop()):
                if provider not in seen:
                    seen.add(provider)
                    stack.append(provider)
        return seen

    def reach(self, organisation: int) -> dict[int, float]:
        """The organisation and all whose service it lost, each with the share of its own service that hangs on it:
        what the exhausted links of the strongest chain carry.
        """
        found, queue = {organisation: 1.0}, [organisation]
        for i in queue:
            for k in self.links.of_consumer[i] if self.cut_off[i] else ():
                provider = self.links.provider[k]
                carried = found[i] * self.links.carries[k] * (1.0 - self.links.fallback[k])
                if self.exhausted[k] and carried > found.get(provider, 0.0):
                    found[provider] = carried
                    queue.append(provider)
        return found

    def downstream(self, organisation: int) -> list[int]:
        """The organisation and all that lost supply because of it, through any number of exhausted links."""
        found = [organisation]
        seen = {organisation}
        for i in found:
            for k in self.links.from_provider[i]:
                consumer = self.links.consumer[k]
                if self.exhausted[k] and consumer not in seen:
                    seen.add(consumer)
                    found.append(consumer)
        return found
