"""Every page by its address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Match, Route

from integrations_hub.pages import forms, integration, operator, organization, releases, signin
from integrations_hub.pages.endpoint import Door
from integrations_hub.pages.render import FILES, static
from integrations_hub.services.dashboard import missing

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute
    from starlette.types import Scope

    from integrations_hub.pages.site import Site
    from integrations_hub.pages.visit import Visit

__all__ = ["routes"]

#: What is not for people, and answers in JSON when there is nothing.
MACHINES = r"v1|rest|auth|storage|webhooks|health|metrics|openapi\.json"
ORGANIZATION = "/organizations/{organization}"
INTEGRATION = f"{ORGANIZATION}/integrations/{{integration}}"

FOR_ANYBODY = [
    ("GET", "/sign-in", signin.by_token),
    ("POST", "/sign-in", signin.enter_by_token),
    ("GET", "/sign-in/{code}", signin.by_link),
    ("POST", "/sign-in/{code}", signin.enter_by_link),
    ("POST", "/sign-out", signin.leave),
]
FOR_PEOPLE = [
    ("GET", "/", organization.home),
    ("GET", "/organizations", organization.chooser),
    ("GET", ORGANIZATION, organization.overview),
    ("GET", f"{ORGANIZATION}/alerts", organization.alerts),
    ("POST", f"{ORGANIZATION}/alerts/{{alert}}/{{deed}}", organization.handle_alert),
    ("GET", f"{ORGANIZATION}/audit", organization.audit),
    ("GET", f"{ORGANIZATION}/security", organization.security),
    ("GET", f"{ORGANIZATION}/connect", forms.types),
    ("GET", f"{ORGANIZATION}/connect/{{type}}", forms.connect),
    ("POST", f"{ORGANIZATION}/connect/{{type}}", forms.connected),
    ("GET", INTEGRATION, integration.shown),
    ("GET", f"{INTEGRATION}/settings", forms.settings),
    ("POST", f"{INTEGRATION}/settings", forms.change),
    ("GET", f"{INTEGRATION}/credentials", forms.rotate),
    ("POST", f"{INTEGRATION}/credentials", forms.rotated),
    ("GET", f"{INTEGRATION}/message", integration.message),
    ("POST", f"{INTEGRATION}/message", integration.send),
    ("POST", f"{INTEGRATION}/{{deed}}", integration.press),
    ("GET", "/operator", operator.system),
    ("GET", "/operator/organizations", operator.organizations),
    ("GET", "/operator/alerts", operator.alerts),
    ("POST", "/operator/alerts/{alert}/{deed}", operator.handle_alert),
    ("GET", "/operator/security", operator.security),
    ("GET", "/operator/indexes", operator.indexes),
    ("GET", "/operator/queue", operator.queue),
    ("GET", "/operator/releases", releases.releases),
    ("GET", "/operator/releases/{name}", releases.shown),
    ("GET", "/operator/releases/{name}/page", releases.raw),
]


class Page(Route):
    """A route whose template the log and the figures have in place of the path."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As every route, and it is named."""
        match, child = super().matches(scope)
        return match, {**child, "route": self}


def routes(site: Site) -> list[BaseRoute]:
    """To be the last routes of the application: what no other has is told here, to people in words."""
    door = Door(site)
    made: list[BaseRoute] = [Route("/static/{name}", _static)]
    made += [Page(path, door.page(page, for_anybody=True), methods=[verb]) for verb, path, page in FOR_ANYBODY]
    made += [Page(path, door.page(page), methods=[verb]) for verb, path, page in FOR_PEOPLE]
    rest = Page("/{path:path}", door.page(_nowhere, for_anybody=True), methods=["GET", "POST"])
    rest.path_regex = re.compile(rf"^/(?P<path>(?!(?:{MACHINES})(?:/|$)).*)$")
    return [*made, rest]


def _nowhere(_: Visit) -> Response:
    raise missing()


async def _static(request: Request) -> Response:
    """Kept for ever by its version, and for a moment without."""
    name = request.path_params["name"]
    if name not in FILES:
        return Response("there is no such file", 404, media_type="text/plain")
    kept = "public, max-age=31536000, immutable" if "v" in request.query_params else "public, max-age=60"
    headers = {"Cache-Control": kept, "X-Content-Type-Options": "nosniff"}
    return Response(static(name), media_type=FILES[name][0], headers=headers)
