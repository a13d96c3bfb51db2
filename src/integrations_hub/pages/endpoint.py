"""From HTTP to a page and back: session, form, proof of its origin, refusals in words, headers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, RedirectResponse

from integrations_hub.domain.caller import ANONYMOUS
from integrations_hub.domain.refusal import Refusal
from integrations_hub.edge.callers import caller_of_token, organization_refused
from integrations_hub.edge.hub import hub_of
from integrations_hub.edge.passage import passage_of
from integrations_hub.pages.session import came_from_here, proves, way_back
from integrations_hub.pages.visit import Visit
from integrations_hub.services.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from integrations_hub.pages.site import Site

    Handler = Callable[[Visit], Response]

__all__ = ["HEADERS", "Door"]

#: Of every page. Only files of ours, nobody's frame; the origin is told to ourselves, who check it.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
LONGEST_FORM, MOST_FIELDS = 65_536, 100
#: What a person reads for a status, where nothing better is known.
TITLES = {
    400: "That cannot be", 401: "Not signed in", 403: "Not allowed", 404: "Not here", 405: "Not here",
    409: "That is there already", 413: "Too much", 422: "That cannot be", 429: "Too many requests",
    500: "Something went wrong", 503: "Not available",
}  # fmt: skip
BROKEN = Refusal(500, "internal", "Something went wrong here, and it was noted")
FOREIGN = Refusal(
    403, "foreign_form", "This form did not come from a page of yours, or is too old",
    hint="Go back, load the page again, and press the button again.",
)  # fmt: skip


class Door:
    """Lets requests in to the handlers of pages, which run in threads."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def page(self, handler: Handler, *, for_anybody: bool = False) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint; for whoever is signed in, unless it is for anybody."""

        async def endpoint(request: Request) -> Response:
            visit = self._stranger(request)
            try:
                answer = await self._answer(visit, handler, for_anybody=for_anybody)
            except Refusal as refusal:
                answer = await run_in_threadpool(_refused, visit, refusal)
            except Exception as error:  # noqa: BLE001 - told in the log, and to the person without its words
                hub_of(request).log.failure(error, visit.request_id)
                answer = await run_in_threadpool(_refused, visit, BROKEN)
            for name, value in HEADERS.items():
                answer.headers.setdefault(name, value)
            return answer

        return endpoint

    async def _answer(self, visit: Visit, handler: Handler, *, for_anybody: bool) -> Response:
        request = visit.request
        if request.method == "POST":
            visit.form = await _form(request)
        await run_in_threadpool(_recognize, visit, for_anybody=for_anybody)
        passage = passage_of(request)
        limits = hub_of(request).limits
        # Pages that renew themselves on many screens never stand in the way of one that somebody asks for.
        counted = "/pages/live" if visit.wants_part else "/pages"
        passage.headers |= await limits.take(visit.caller, counted, address=passage.address)
        if request.method == "POST" and not (
            came_from_here(request, self.site.address) and proves(visit.form.get("csrf", ""), visit.binding)
        ):
            raise FOREIGN
        return await run_in_threadpool(handler, visit)

    def _stranger(self, request: Request) -> Visit:
        return Visit(
            site=self.site, request=request, caller=ANONYMOUS, binding=self.site.cookies.visit(request),
            is_signed_in=False, form={}, request_id=passage_of(request).request_id,
        )  # fmt: skip


def _recognize(visit: Visit, *, for_anybody: bool) -> None:
    """Who it is, by the cookie.

    Raises:
        Refusal: nobody, or somebody whose token does not hold, on a page that is not for anybody.
    """
    token = visit.site.cookies.token(visit.request)
    if not token and not for_anybody:
        raise Refusal(401, "not_signed_in", "Nobody is signed in")
    if token:
        try:
            visit.caller = caller_of_token(visit.request, token)
        except Refusal:
            if not for_anybody:
                raise
        else:
            visit.binding, visit.is_signed_in = token, True


async def _form(request: Request) -> dict[str, str]:
    """What was typed; pages have no other kind of form.

    Raises:
        Refusal: it is no form of ours.
    """
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind != "application/x-www-form-urlencoded":
        raise Refusal(415, "no_form", "This is no form of these pages")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST_FORM:
            raise Refusal(413, "too_long", "This is more than these forms take")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise Refusal(400, "no_form", "This is no form of these pages") from None
    # The database has no text with this sign in it.
    return {name: value.replace("\x00", "") for name, value in pairs}


def _refused(visit: Visit, refusal: Refusal) -> Response:
    """A page that says no, in words; to whoever is not signed in, the page where that is done."""
    passage_of(visit.request).code = refusal.code
    if isinstance(refusal, NotFound) and refusal.organization_id and visit.is_signed_in:
        organization_refused(visit.request, visit.caller, refusal.organization_id)
    if refusal.status == 401:  # noqa: PLR2004 - not signed in
        return _signed_out(visit)
    if visit.wants_part:
        return PlainTextResponse(refusal.message, refusal.status, headers=refusal.headers)
    title = TITLES.get(refusal.status) or TITLES[400 if refusal.status < 500 else 500]  # noqa: PLR2004 - the server's
    return visit.show("refused.html", problem=refusal, title=title)


def _signed_out(visit: Visit) -> Response:
    """To the sign-in page, with a way back; the script only hears that it is over."""
    if visit.wants_part:
        return PlainTextResponse("signed out", 401)
    url = visit.request.url
    back = way_back(f"{url.path}?{url.query}" if url.query else url.path) if visit.request.method == "GET" else "/"
    answer = RedirectResponse("/sign-in" if back == "/" else f"/sign-in?next={quote(back, safe='')}", 303)
    visit.site.cookies.sign_out(answer)
    return answer
