"""Finds the log of a target: a file of this machine, the server's own, or the platform's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.monitoring.logs.clock import Clock
from seatrial.monitoring.logs.folder import LocalFolder, ServerFolder
from seatrial.monitoring.logs.follow import FollowedLog
from seatrial.monitoring.logs.hosted import ADDRESS, HostedLog
from seatrial.monitoring.logs.understand import Understander
from seatrial.monitoring.probe import Unreadable
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.project.settings import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.monitoring.logs.folder import Folder
    from seatrial.monitoring.logs.log import Log
    from seatrial.pg.connection import Connection
    from seatrial.project.watch import WatchSettings

__all__ = ["open_log"]

_PAGE = "docs/how-to/give-the-watch-a-log.md"
_HOSTED = "api"


def open_log(
    connection: Connection, settings: WatchSettings, *, project_ref: str = "", since: float, address: str = ADDRESS
) -> Log:
    """The log of the server that a connection leads to, to be read from a moment on.

    Args:
        connection: to the target.
        settings: `[watch]`, which says where the log is.
        project_ref: of a Supabase project, whose platform has the log.
        since: seconds since 1970, by the server's clock.
        address: of the platform's interface.

    Raises:
        Unreadable: there is none that can be read; says what to set or to grant.
    """
    [state] = rows(connection, load(__package__, "log_rights"))
    understander = Understander(state["database"])
    if settings.log == _HOSTED:
        if not project_ref:
            raise Unreadable(f'log = "api" needs a target with a project_ref: see {_PAGE}')
        return HostedLog(address, project_ref, _token(settings), understander, connection, since=since)
    folder = _local(settings.log) if settings.log else _of_server(connection, state)
    return FollowedLog(folder, Clock(state["zone"]), understander, connection, since=since)


def _token(settings: WatchSettings) -> str:
    try:
        return environment(settings.log_token, where="log_token of [watch]")
    except CannotRun as error:
        raise Unreadable(f"{error.what}, which log_token of [watch] names: see {_PAGE}") from None


def _local(log: str) -> Folder:
    path = Path(log).expanduser()
    if not path.exists():
        raise Unreadable(f"log = {log!r} of [watch]: there is no such file or folder")
    return LocalFolder(path)


def _of_server(connection: Connection, state: Mapping[str, object]) -> Folder:
    if state["refused"]:
        grant = f"GRANT EXECUTE ON FUNCTION {state['refused']} TO {state['role']}"
        raise Unreadable(f"the role may not read the server's log; as a superuser: {grant}; or see {_PAGE}")
    if not state["collects"]:
        raise Unreadable(
            "the server keeps no log of its own: set logging_collector = on and log_destination = 'jsonlog',"
            f" and restart it; or see {_PAGE}"
        )
    [current] = rows(connection, load(__package__, "log_current"))
    if not current["path"]:
        raise Unreadable(
            f"the server's log is no csvlog or jsonlog, but {state['destination']}:"
            f" ALTER SYSTEM SET log_destination = 'jsonlog'; SELECT pg_reload_conf(); or see {_PAGE}"
        )
    return ServerFolder(connection, str(current["path"]))
