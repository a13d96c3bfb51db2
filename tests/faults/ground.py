"""What every point is tried on: a server, a target with a past, a plan, and an undisturbed run to compare with."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.faults import release
from tests.faults.deployer import deployers
from tests.faults.proxy import proxy
from tests.faults.server import fault_server
from tests.faults.states import Observer, sessions
from tests.faults.wire import Message, Moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.faults.deployer import Answer, Deployer, Deployers
    from tests.faults.proxy import Proxy, Wire
    from tests.faults.server import FaultServer
    from tests.faults.states import Found

__all__ = ["Ground", "Scene", "Undisturbed", "Watcher", "ground"]

PLAN = "release.plan"
#: The name of the target, which the settings of the folder lead to wherever DSN points.
TARGET = "production"
DEPLOY = ("deploy", "--plan", PLAN, "--target", TARGET, "--yes", TARGET)
#: On the way to a target for a release that is none: the files are applied as they are.
DEPLOY_PAST = ("deploy", "--unrehearsed", "--target", TARGET, "--yes", TARGET)
REHEARSE = ("rehearse", "--from", TARGET, "--plan", PLAN)
TEMPLATE, DATABASE = "before_the_release", "harbour"
#: Seconds in which what a dead deployer left at work has to come to its end.
SETTLE = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Who takes part in one run, and can be hit."""

    server: FaultServer
    proxy: Proxy
    deployer: Deployer


#: Looks, or breaks something, at a message; nothing passes meanwhile.
Watcher = Callable[["Scene", "Wire", Message, Moment], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undisturbed:
    """A run that nobody disturbed."""

    messages: tuple[Message, ...]
    #: Connection and number → part of the run.
    sections: dict[tuple[str, int], str]
    before: Found
    after: Found
    #: What was there in between, by what was done and not by what was begun.
    between: frozenset[tuple[object, ...]]


class Ground:
    """Fresh targets, and the command on them."""

    #: Part of the run → what a message of the working connection has in it when it begins.
    marks: Mapping[str, str] = release.MARKS

    def __init__(self, server: FaultServer, programs: Deployers, folder: Path) -> None:
        self.server, self.folder = server, folder
        self._programs = programs
        self.template = TEMPLATE
        self.undisturbed: Undisturbed

    def prepare(self) -> None:
        """The past, the plan, and the run to compare with."""
        self.server.clone(TEMPLATE)
        release.lay_past(self.folder)
        self.must("0", *DEPLOY_PAST, dsn=self.address(TEMPLATE))
        release.lay_release(self.folder)
        with self.target() as name:
            self.must("0", *REHEARSE, dsn=self.address(name))
            self.undisturbed = self.run_undisturbed(name)

    @contextmanager
    def target(self) -> Iterator[str]:
        """The name of a fresh database as the release finds it."""
        # A plan is for one database, so all of them have its name, one after the other.
        self.server.clone(DATABASE, self.template)
        try:
            yield DATABASE
        finally:
            self.server.drop(DATABASE)

    def begin(self, *words: str, dsn: str, **environment: str) -> Deployer:
        """Start the command on a target."""
        return self._programs.begin(*words, folder=self.folder, DSN=dsn, **environment)

    def deploy(self, name: str, port: int = 0) -> Deployer:
        """The command under test, on a database, straight or through a proxy."""
        return self.begin(*DEPLOY, dsn=self.address(name, port))

    def go_on(self, name: str, answer: Answer) -> Deployer:
        """What somebody does next who has read the answer, if there is one."""
        del answer
        return self.deploy(name)

    def wrong_in(self, name: str) -> list[str]:
        """What is not as it has to be in whatever state a fault has left."""
        del name
        return []

    def wrong_beyond(self, name: str) -> list[str]:
        """What is not as it has to be when the run was completed and everybody goes on."""
        del name
        return []

    def must(self, code: str, *words: str, dsn: str) -> Answer:
        """A command that has to end with this code."""
        answer = self.begin(*words, dsn=dsn).end()
        assert answer.code == int(code), answer.said
        return answer

    def look(self, name: str) -> Found:
        """What is in a database."""
        with Observer(self.server.dsn(name)) as observer:
            return observer.look()

    def settled(self, name: str) -> None:
        """Wait until nobody is connected to a database."""
        deadline = time.monotonic() + SETTLE
        while found := sessions(self.server.dsn(name)):
            assert time.monotonic() < deadline, f"still at work after {SETTLE} s: {found}"
            time.sleep(0.01)

    @contextmanager
    def watched(self, name: str, watcher: Watcher) -> Iterator[Scene]:
        """The command under test, with somebody at every message."""
        scene: list[Scene] = []
        ready = threading.Event()

        def watch(wire: Wire, message: Message, moment: Moment) -> None:
            # Its process id is known a little later than its first message.
            ready.wait()
            watcher(scene[0], wire, message, moment)

        with proxy(self.server.port, watch) as between:
            scene.append(Scene(server=self.server, proxy=between, deployer=self.deploy(name, between.port)))
            ready.set()
            yield scene[0]

    def run_undisturbed(self, name: str) -> Undisturbed:
        """Once, with a look at everything that it passes through."""
        messages: list[Message] = []
        with Observer(self.server.dsn(name)) as observer:
            before = observer.look()
            between = {before.applied}

            def note(scene: Scene, _: Wire, message: Message, moment: Moment) -> None:
                if moment is Moment.BEFORE:
                    messages.append(message)
                is_quiet = all(wire.is_idle for wire in scene.proxy.wires if wire.name != "seatrial watch")
                is_work = moment is Moment.AFTER and message.connection == "seatrial"
                if is_work and is_quiet and observer.has_news():
                    between.add(observer.look().applied)

            with self.watched(name, note) as scene:
                answer = scene.deployer.end()
            assert answer.code == 0, answer.said
            return Undisturbed(
                messages=tuple(messages), sections=release.sections_of(messages, self.marks), before=before,
                after=observer.look(), between=frozenset(between),
            )  # fmt: skip

    def address(self, name: str, port: int = 0) -> str:
        """The DSN of a database for the deployer, straight or through a proxy."""
        port = port or self.server.port
        return f"postgresql://postgres@127.0.0.1:{port}/{name}?sslmode=disable&gssencmode=disable"


@contextmanager
def ground(kind: type[Any] = Ground, **settings: str) -> Iterator[Any]:
    """One for a worker: of that kind."""
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    try:
        with fault_server(**settings) as server, deployers() as programs:
            made = kind(server, programs, folder)
            made.prepare()
            yield made
    finally:
        shutil.rmtree(folder)
