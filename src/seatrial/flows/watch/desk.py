"""What is served of a watch: its page, its figures, and the button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.flows.watch.serve import Pages, PageServer
from seatrial.model.jsonable import as_json
from seatrial.report.watch.page import fragment, page

if TYPE_CHECKING:
    from seatrial.flows.watch.duty import Duty
    from seatrial.flows.watch.serve import Reader
    from seatrial.flows.watch.stay import Button

__all__ = ["served"]


def served(duty: Duty, button: Button, address: str) -> PageServer:
    """A server for the page, to be run while the watch is.

    Raises:
        CannotRun: the address cannot be had.
    """

    def whole(reader: Reader) -> str:
        return page(duty.page(), live=True, token=reader.token, nonce=reader.nonce, said=reader.said)

    pages = Pages(
        page=whole, part=lambda: fragment(duty.page()), metrics=duty.metrics,
        state=lambda: as_json(duty.page()), roll_back=button.press,
    )  # fmt: skip
    return PageServer(address, pages)
