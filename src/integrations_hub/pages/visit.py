"""One request for a page: who makes it, what was typed, and how it is answered."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, RedirectResponse

from integrations_hub.domain.dashboard import Person
from integrations_hub.domain.refusal import Refusal
from integrations_hub.pages.render import render
from integrations_hub.pages.session import Said, proof

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from integrations_hub.domain.caller import Caller
    from integrations_hub.domain.dashboard import OrganizationSeen
    from integrations_hub.pages.site import Site

__all__ = ["Visit"]


@dataclass(kw_only=True)
class Visit:
    """Of somebody who is signed in, or of a visitor to the sign-in page."""

    site: Site
    request: Request
    caller: Caller
    #: The token of the session, or what binds a visitor's form to the browser.
    binding: str
    is_signed_in: bool
    form: Mapping[str, str]
    request_id: str

    @cached_property
    def person(self) -> Person:
        """As the database knows them; nobody where it cannot be asked."""
        with suppress(Refusal):
            if self.is_signed_in:
                return self.site.dashboard.person(self.caller)
        return Person(name=None, is_operator=False)

    @cached_property
    def now(self) -> datetime:
        """One moment for the whole page."""
        return datetime.now(UTC)

    def path(self, name: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[name])

    def asked(self, name: str, default: str = "") -> str:
        """A part of the query."""
        return self.request.query_params.get(name, default)

    @property
    def wants_part(self) -> bool:
        """The script asks for what it renews, and for nothing else."""
        return "part" in self.request.query_params

    @property
    def after(self) -> tuple[str, str] | None:
        """Where a list goes on; a moment that is none is where it begins."""
        moment, key = self.asked("before"), self.asked("id")
        with suppress(ValueError):
            if moment and key:
                return datetime.fromisoformat(moment).isoformat(), key
        return None

    def more(self, after: tuple[str, str] | None, **kept: str) -> str | None:
        """The address of the rest of a list."""
        if after is None:
            return None
        asked = {name: value for name, value in kept.items() if value}
        return f"{self.request.url.path}?{urlencode({**asked, 'before': after[0], 'id': after[1]})}"

    def show(
        self, template: str, *, status: int = 200, organization: OrganizationSeen | None = None, here: str = "",
        problem: Refusal | None = None, **context: object,
    ) -> Response:  # fmt: skip
        """A page, or the part of it that is renewed.

        Args:
            template: of the page.
            status: of the answer; that of the problem where there is one.
            organization: whose page it is; none for pages of operators and of nobody.
            here: which of the links of the navigation leads here.
            problem: what was refused, told at the top.
            context: of the template.
        """
        said = None if self.wants_part else self.site.cookies.heard(self.request, self.binding)
        text = render(
            template, visit=self, person=self.person, csrf=proof(self.binding), organization=organization, here=here,
            problem=problem, said=said, now=self.now, **context,
        )  # fmt: skip
        answer = HTMLResponse(
            text, problem.status if problem else status, headers=dict(problem.headers) if problem else None
        )
        if said:
            self.site.cookies.told(answer)
        return answer

    def go(self, path: str, said: str = "") -> Response:
        """To another page, with a sentence to be told there."""
        answer = RedirectResponse(path, 303)
        if said:
            self.site.cookies.say(answer, Said(kind="done", text=said), self.binding)
        return answer
