"""Two tools that deploy the same file at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.interop.programs import SeatrialProgram, SupabaseProgram
    from tests.interop.release import Folder
    from tests.interop.target import Target

SLOW = b"SELECT pg_sleep(2);\nINSERT INTO public.arrivals DEFAULT VALUES;\n"


def test_a_file_is_applied_once_though_the_supabase_cli_takes_no_lock(
    folder: Folder, target: Target, supabase: SupabaseProgram, seatrial: SeatrialProgram
) -> None:
    """The ledger's key lets one transaction through; the other rolls back, with everything that it did."""
    folder.add({"20250301000000_arrivals.sql": b"CREATE TABLE public.arrivals (at timestamptz DEFAULT now());"})
    supabase.must_push(folder, target)
    folder.add({"20250301000100_slow.sql": SLOW})
    with ThreadPoolExecutor() as threads:
        pushed = threads.submit(supabase.push, folder, target)
        deployed = threads.submit(seatrial.deploy, folder, target)

    codes = {pushed.result().code, deployed.result().code}
    # Whoever comes when the other is through finds nothing to do, which is no failure.
    assert codes in ({0, 1}, {0}), pushed.result().said + deployed.result().said
    assert target.ask("SELECT count(*) AS arrivals FROM public.arrivals") == [{"arrivals": 1}]
    assert seatrial.states(folder, target) == dict.fromkeys(folder.versions, "applied")
