"""However a deployment ended, `migration list` of the Supabase CLI tells the same story as `seatrial status`."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest
from tests.faults.deployer import deployers

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.deployer import Deployer
    from tests.interop.programs import SeatrialProgram, SupabaseProgram
    from tests.interop.release import Folder
    from tests.interop.target import Target

V1, V2, V3 = "20250301000000", "20250301000100", "20250301000200"
#: As slow, or as impossible, as the test makes it; the file stays the same.
TROUBLE = "SELECT pg_sleep(seconds), 1 / allowed FROM public.trouble;\n"
FILES = {
    f"{V1}_boats.sql": "CREATE TABLE public.boats (id integer PRIMARY KEY);\n{V1}",
    f"{V2}_crew.sql": "CREATE TABLE public.crew (boat integer REFERENCES public.boats);\n{inside}COMMIT;\n"
    "CREATE INDEX CONCURRENTLY crew_boat ON public.crew (boat);\n{V2}COMMENT ON TABLE public.crew IS 'of boats';\n",
    f"{V3}_ports.sql": "CREATE TABLE public.ports (id integer PRIMARY KEY);\n",
}
#: Where it ends → versions that are applied then, and the state of the one that it ended in.
ENDS = {"V1": ([], "pending"), "inside": ([V1], "pending"), "V2": ([V1], "unfinished")}
SESSION = """
FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(seconds)%' AND state = 'active'
AND application_name = 'seatrial' AND pid <> pg_backend_pid()"""


def fail(deployer: Deployer, _: Target) -> int:
    """The statement is refused."""
    return deployer.end().code


def kill(deployer: Deployer, target: Target) -> int:
    """The process is gone at once, its session as soon as the server misses it."""
    at_work(target)
    deployer.send(signal.SIGKILL)
    code = deployer.end().code
    until(lambda: not target.ask("SELECT 1 AS one " + SESSION))
    return code


def terminate(deployer: Deployer, target: Target) -> int:
    """Somebody ends its session."""
    at_work(target)
    target.ask("SELECT pg_terminate_backend(pid, 10000) AS sent " + SESSION)
    return deployer.end().code


#: How it ends → what is done, whether it is slow, and the exit code when nothing, or something, remains.
WAYS: dict[str, tuple[Callable[[Deployer, Target], int], bool, tuple[int, int]]] = {
    "failed": (fail, False, (1, 3)),
    "killed": (kill, True, (-signal.SIGKILL, -signal.SIGKILL)),
    "terminated": (terminate, True, (1, 3)),
}


@pytest.mark.parametrize("place", ENDS)
@pytest.mark.parametrize("way", WAYS)
def test_both_tools_tell_the_same_story_of_a_deployment_that_ended_early(
    way: str, place: str, folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    end, is_slow, codes = WAYS[way]
    applied, state = ENDS[place]
    prepare(folder, target, place, seconds=60 if is_slow else 0, allowed=int(is_slow))
    with deployers() as programs:
        running = programs.begin(
            "deploy",
            "--unrehearsed",
            "--target",
            target.dsn,
            "--yes",
            target.dsn.rpartition("/")[2],
            folder=folder.root,
        )
        assert end(running, target) == codes[bool(applied)]

    assert supabase.versions(folder, target) == [(one, one if one in applied else "") for one in (V1, V2, V3)]
    states = seatrial.states(folder, target)
    assert states == dict.fromkeys((V1, V2, V3), "pending") | dict.fromkeys(applied, "applied") | {
        V2 if applied else V1: state
    }

    target.execute("UPDATE public.trouble SET seconds = 0, allowed = 1")
    seatrial.must_deploy(folder, target)
    must_be_complete(folder, target, supabase, seatrial)


def test_both_tools_tell_the_same_story_of_one_that_is_complete(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    prepare(folder, target, "V2", seconds=0, allowed=1)
    seatrial.must_deploy(folder, target)
    must_be_complete(folder, target, supabase, seatrial)


def prepare(folder: Folder, target: Target, place: str, *, seconds: int, allowed: int) -> None:
    """The release with trouble at a place, and the trouble."""
    places = {"V1": "", "inside": "", "V2": ""} | {place: TROUBLE}
    for name, text in FILES.items():
        folder.add({name: text.format(**places).encode()})
    target.execute("CREATE TABLE public.trouble (seconds float8, allowed integer)")
    target.execute(f"INSERT INTO public.trouble VALUES ({seconds}, {allowed})")


def must_be_complete(folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram) -> None:
    """Both say that all is there, and the Supabase CLI finds nothing to do."""
    assert supabase.versions(folder, target) == [(one, one) for one in (V1, V2, V3)]
    assert seatrial.states(folder, target) == dict.fromkeys((V1, V2, V3), "applied")
    supabase.must_push(folder, target)
    assert supabase.versions(folder, target) == [(one, one) for one in (V1, V2, V3)]


def at_work(target: Target) -> None:
    """Wait until the slow statement runs."""
    until(lambda: bool(target.ask("SELECT 1 AS one " + SESSION)))


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Look again and again until something is so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(0.05)
