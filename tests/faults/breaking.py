"""The faults: what is broken at a message, and what a deployer that is left behind gets from outside."""

from __future__ import annotations

import signal
from enum import StrEnum
from typing import TYPE_CHECKING

from tests.faults.wire import Moment

if TYPE_CHECKING:
    from tests.faults.deployer import Answer, Deployer
    from tests.faults.ground import Scene
    from tests.faults.proxy import Wire

__all__ = ["Fault", "inject", "out_of_the_silence"]

#: Seconds that somebody waits for a deployer that hears nothing, before it is told to end, and before it is killed.
SILENCE, GRACE = 0.5, 2.0
TERMINATE = "SELECT pg_terminate_backend(%s, 10000)"


class Fault(StrEnum):
    """What happens."""

    KILL = "kill -9 of the deployer"
    SIGTERM = "SIGTERM to the deployer"
    SIGINT = "SIGINT to the deployer"
    TERMINATE = "termination of its backend"
    CRASH = "crash and restart of the server"
    CUT = "connection cut"
    SILENT = "connection half-open"
    ALL_SILENT = "all connections half-open"

    @property
    def is_silence(self) -> bool:
        """Whether nobody is told of anything."""
        return self in {Fault.SILENT, Fault.ALL_SILENT}

    @property
    def is_signal(self) -> bool:
        """Whether the deployer is asked to end."""
        return self in {Fault.SIGTERM, Fault.SIGINT}


def inject(fault: Fault, scene: Scene, wire: Wire, moment: Moment) -> None:
    """Break it, here and now."""
    if fault is Fault.KILL:
        scene.deployer.send(signal.SIGKILL)
        wire.is_deaf = moment is Moment.BEFORE
    elif fault.is_signal:
        scene.deployer.send(signal.SIGTERM if fault is Fault.SIGTERM else signal.SIGINT)
    elif fault is Fault.TERMINATE:
        wire.is_deaf = True
        with scene.server.superuser() as connection:
            connection.execute(TERMINATE, [wire.backend])
    elif fault is Fault.CRASH:
        scene.server.crash()
        for one in scene.proxy.wires:
            one.cut()
    elif fault is Fault.CUT:
        wire.cut()
    elif fault is Fault.SILENT:
        wire.is_silent = True
    else:
        scene.proxy.silence()


def out_of_the_silence(deployer: Deployer) -> Answer:
    """What CI does with a job that hangs: it is asked to end, and killed when it does not."""
    if not deployer.ends_within(SILENCE):
        deployer.send(signal.SIGTERM)
        if not deployer.ends_within(GRACE):
            deployer.send(signal.SIGKILL)
    return deployer.end()
