"""Text of any length and depth is read, or refused with an error; never is the process lost."""

from __future__ import annotations

import subprocess
import sys

import pytest

DEEP = """
from google.protobuf.message import DecodeError
from seatrial.sql.trees import parse_text
try:
    parse_text("select 1" + {joined!r} * {times} + ";")
except DecodeError:
    print("too deep")
"""


@pytest.mark.parametrize(("joined", "times"), [("+1", 30_000), ("+1", 200_000), (" or true", 60_000)])
def test_a_long_expression_does_not_end_the_process(joined: str, times: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DEEP.format(joined=joined, times=times)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
