"""Signing in, with a link of the terminal or with a token of the project, and out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from integrations_hub.domain.refusal import Refusal
from integrations_hub.edge.callers import caller_of_token
from integrations_hub.pages.session import LONGEST_TOKEN, way_back
from integrations_hub.services.dashboard import missing

if TYPE_CHECKING:
    from starlette.responses import Response

    from integrations_hub.pages.visit import Visit

__all__ = ["by_link", "by_token", "enter_by_link", "enter_by_token", "leave"]


def by_token(visit: Visit, problem: Refusal | None = None) -> Response:
    """The form for a token; what was typed into it is never shown again."""
    return _bound(visit, visit.show("sign_in.html", next=_next(visit), who=None, problem=problem))


def enter_by_token(visit: Visit) -> Response:
    """Verify it, and begin a session."""
    try:
        return _enter(visit, visit.form.get("token", "").strip().removeprefix("Bearer ").strip())
    except Refusal as refusal:
        return by_token(visit, refusal)


def by_link(visit: Visit) -> Response:
    """Who would be signed in; nobody is by the link alone, as mail scanners open links too."""
    who = visit.site.signins.who(visit.path("code"))
    if who is None:
        raise Refusal(404, "not_found", "This link is not, or no longer, good",
                      hint="A link is good for as long as the hub that printed it runs.")  # fmt: skip
    return _bound(visit, visit.show("sign_in.html", next=_next(visit), who=who))


def enter_by_link(visit: Visit) -> Response:
    """Begin a session for whom the link is."""
    token = visit.site.signins.token(visit.path("code"))
    if token is None:
        raise missing()
    return _enter(visit, token)


def leave(visit: Visit) -> Response:
    """End the session in this browser."""
    answer = RedirectResponse("/sign-in", 303)
    visit.site.cookies.sign_out(answer)
    return answer


def _enter(visit: Visit, token: str) -> Response:
    if not token:
        raise Refusal(401, "no_token", "There is no token in the field")
    if len(token) > LONGEST_TOKEN:
        raise Refusal(401, "token_too_long", f"A browser keeps no token of more than {LONGEST_TOKEN:,} characters")
    caller = caller_of_token(visit.request, token)
    if caller.role != "authenticated" or caller.user_id is None:
        raise Refusal(401, "no_person", "This is a key of the project, and not the access token of a person")
    answer = RedirectResponse(way_back(visit.form.get("next", "/")), 303)
    visit.site.cookies.sign_in(answer, token, caller)
    return answer


def _next(visit: Visit) -> str:
    return way_back(visit.form.get("next") or visit.asked("next", "/"))


def _bound(visit: Visit, answer: Response) -> Response:
    if not visit.is_signed_in:
        visit.site.cookies.begin_visit(answer, visit.binding)
    return answer
