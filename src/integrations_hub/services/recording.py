"""What has happened outside is recorded, even when the database is just being restarted."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

from integrations_hub.domain.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PATIENCE", "until_recorded"]

T = TypeVar("T")
#: Seconds that a message which was sent waits for its record.
PATIENCE = 60.0
UNAVAILABLE = 503
#: Deadlock, and a transaction that another one was in the way of: the same again works.
IN_THE_WAY = ("40P01", "40001")


def until_recorded(write: Callable[[], T], *, patience: float = PATIENCE) -> T:
    """Write, and again when the database was not there or others were in the way.

    Args:
        write: one transaction; it does the same however often it is called.
        patience: seconds after which it is given up.

    Raises:
        Refusal: the last one.
    """
    again = Retrying(
        retry=retry_if_exception(_passes), stop=stop_after_delay(patience),
        wait=wait_random_exponential(multiplier=0.1, max=2), reraise=True,
    )  # fmt: skip
    return again(write)


def _passes(error: BaseException) -> bool:
    return isinstance(error, Refusal) and (error.status == UNAVAILABLE or error.code in IN_THE_WAY)
