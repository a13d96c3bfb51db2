"""Everything that a release could be weakened in, one thing at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.mutation.barriers import Barriers
from seatrial.mutation.policies import weaker_policies
from seatrial.mutation.privileges import more_privileges
from seatrial.mutation.reach import Reach
from seatrial.mutation.release import read_release
from seatrial.mutation.routines import weaker_routines
from seatrial.mutation.row_security import weaker_row_security
from seatrial.mutation.views import weaker_views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seatrial.model.isolation import Mutant
    from seatrial.model.tenancy import Tenancy
    from seatrial.mutation.barriers import Barrier
    from seatrial.pg.connection import Connection

__all__ = ["mutants", "with_barriers"]


def mutants(connection: Connection, tenancy: Tenancy) -> tuple[Mutant, ...]:
    """Every weaker release that can be made of a database's, as the catalogs tell; nothing is changed.

    Args:
        connection: of a superuser, at rest or in a transaction.
        tenancy: names the roles of clients, those of members, and columns that not everybody may use.
    """
    return tuple(with_barriers(connection, tenancy))


def with_barriers(connection: Connection, tenancy: Tenancy) -> dict[Mutant, Callable[[], Iterable[Barrier]]]:
    """As `mutants`, each with how to find what else may hide it."""
    release = read_release(connection, tenancy)
    reach = Reach(release)
    roles = tuple(f'"{role}"' for role in (tenancy.anonymous_role, tenancy.signed_in_role) if role)
    barriers = Barriers(release, reach, roles)
    found = dict(weaker_policies(release, tenancy, reach, barriers))
    found.update(weaker_row_security(release, reach, barriers))
    found.update(more_privileges(release, tenancy, reach, barriers))
    found.update(weaker_views(release, reach, barriers))
    found.update(weaker_routines(release, tenancy, reach, barriers))
    return found
