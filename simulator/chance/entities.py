"""Keys of everything that draws: the hash of a stable name, never a row number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.chance.keys import hashes, splitmix64
from simulator.world.world import World

Keys = NDArray[np.uint64]


@dataclass(frozen=True)
class Entities:
    """Hashes per table row, as plain integers for single draws and as arrays for many at once."""

    organisations: tuple[int, ...]
    dependencies: tuple[int, ...]
    links: tuple[int, ...]
    products: tuple[int, ...]
    vendors: tuple[int, ...]
    theatres: tuple[int, ...]
    pools: tuple[int, ...]
    instruments: tuple[int, ...]
    mitigations: tuple[int, ...]
    organisation_array: Keys
    dependency_array: Keys

    @classmethod
    def of(cls, world: World) -> Entities:
        """Hash all names. Raises InputError if two names of one table share a hash."""
        organisations = hashes(world.organisations.names)
        dependencies = hashes(world.dependencies.names)

        def plain(names: tuple[str, ...]) -> tuple[int, ...]:
            return tuple(hashes(names).tolist())

        return cls(
            organisations=tuple(organisations.tolist()),
            dependencies=tuple(dependencies.tolist()),
            links=plain(world.links.names),
            products=plain(world.products.names),
            vendors=plain(world.vendors),
            theatres=plain(world.theatres),
            pools=plain(world.pools),
            instruments=plain(tuple(i.name for i in world.scenario.instruments)),
            mitigations=plain(tuple(one.name for one in world.mitigations)),
            organisation_array=organisations,
            dependency_array=dependencies,
        )


def joint(entity: int, cause: int) -> int:
    """Key of what a cause does to an entity: neither's other draws touch it."""
    return entity ^ splitmix64(cause)


def joint_array(entities: Keys, cause: int) -> Keys:
    """As `joint`, for many entities."""
    return entities ^ np.uint64(splitmix64(cause))
