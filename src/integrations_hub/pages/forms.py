"""Forms that connect a service and change its settings and credentials; what was typed is kept, but for secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.secret import Secret
from integrations_hub.pages.integration import base_of, detail_of, managed, provider_of
from integrations_hub.services.refusals import SECRETS_NEEDED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from starlette.responses import Response

    from integrations_hub.pages.visit import Visit
    from integrations_hub.services.dashboard import Detail
    from integrations_hub.services.integrations import Type

__all__ = ["change", "connect", "connected", "rotate", "rotated", "settings", "types"]


def types(visit: Visit) -> Response:
    """What can be connected."""
    found = visit.site.dashboard.overview(visit.caller, visit.path("organization"))
    managed(found.organization.can_manage)
    return visit.show(
        "types.html", organization=found.organization, here="overview", found=visit.site.types(visit.caller).values(),
        there={one.integration_type: one for one in found.integrations},
    )  # fmt: skip


def connect(visit: Visit, problem: Refusal | None = None) -> Response:
    """The form for what a provider needs."""
    organization = visit.site.dashboard.organization(visit.caller, visit.path("organization"))
    managed(organization.can_manage)
    provider = provider_of(visit, visit.path("type"))
    return visit.show(
        "fields.html", organization=organization, here="overview", problem=problem, provider=provider,
        fields=provider.fields, typed=_typed(provider, visit.form, {}), kept=(), wants_check=_wants_check(visit),
        title=f"Connect {provider.label}", button="Connect", back=f"/organizations/{organization.id}", can_skip=True,
        note="",
    )  # fmt: skip


def connected(visit: Visit) -> Response:
    """Connect it, as the caller."""
    provider, organization = provider_of(visit, visit.path("type")), visit.path("organization")
    try:
        made = visit.site.integrations.connect(
            visit.caller, organization, provider.integration_type, _configuration(provider, visit.form),
            _secret(provider, visit.form), check="check" in visit.form,
        )  # fmt: skip
    except Refusal as refusal:
        return connect(visit, refusal)
    return visit.go(f"/organizations/{organization}/integrations/{made.id}", f"{provider.label} is connected.")


def settings(visit: Visit, problem: Refusal | None = None) -> Response:
    """The form with the settings as they are; secrets are another form, unless they have to be given again."""
    found = detail_of(visit)
    managed(found.organization.can_manage)
    provider = provider_of(visit, found.integration.integration_type)
    anew = bool((problem and problem.code == SECRETS_NEEDED) or _secret(provider, visit.form).names())
    bound = ", ".join(one.label for one in provider.fields if one.is_destination)
    return visit.show(
        "fields.html", organization=found.organization, here="overview", problem=problem, provider=provider,
        fields=[one for one in provider.fields if anew or not one.is_secret], kept=(), wants_check=_wants_check(visit),
        typed=_typed(provider, visit.form, found.integration.configuration), can_skip=True,
        note=f"When one of these changes, the credentials are asked for again: {bound}." if bound else "",
        title=f"Settings of {provider.label}", button="Save settings", back=base_of(found),
    )  # fmt: skip


def change(visit: Visit) -> Response:
    """Change the settings; secrets stay as they are, or are those that were asked for again."""
    try:
        found = detail_of(visit)
        provider = provider_of(visit, found.integration.integration_type)
        visit.site.integrations.connect(
            visit.caller, found.organization.id, provider.integration_type, _configuration(provider, visit.form),
            _secret(provider, visit.form), check="check" in visit.form,
        )  # fmt: skip
    except Refusal as refusal:
        return settings(visit, refusal)
    return visit.go(base_of(found), f"The settings of {provider.label} are saved.")


def rotate(visit: Visit, problem: Refusal | None = None) -> Response:
    """The form for new secrets; an empty field leaves one as it is."""
    found = detail_of(visit)
    managed(found.organization.can_manage)
    provider = provider_of(visit, found.integration.integration_type)
    return visit.show(
        "fields.html", organization=found.organization, here="overview", problem=problem, provider=provider,
        fields=[one for one in provider.fields if one.is_secret], typed={}, wants_check=True, can_skip=False,
        kept=_names(visit, found), title=f"New credentials for {provider.label}",
        button="Replace credentials", back=base_of(found), note=_receivers(provider, found.integration.configuration),
    )  # fmt: skip


def rotated(visit: Visit) -> Response:
    """Put new secrets in the place of the old ones."""
    try:
        found = detail_of(visit)
        secret = _new(_secret(provider_of(visit, found.integration.integration_type), visit.form))
        visit.site.integrations.rotate(visit.caller, found.integration.id, secret)
    except Refusal as refusal:
        return rotate(visit, refusal)
    return visit.go(base_of(found), f"The credentials of {found.integration.label} are replaced.")


def _names(visit: Visit, found: Detail) -> tuple[str, ...]:
    """Of the secrets that there are; none where they do not open, so that all of them are asked for."""
    try:
        credentials = visit.site.integrations.credentials(visit.caller, found.integration.id)
    except Refusal:
        return ()
    return credentials.names if credentials else ()


def _receivers(provider: Type, kept: Mapping[str, Any]) -> str:
    """Where the secrets go, for whoever types one: somebody else may have changed it."""
    settings = _typed(provider, {}, kept)
    said = ", ".join(f"{one.label} {settings[one.name]}" for one in provider.fields if one.is_destination)
    return f"They are sent to: {said}." if said else ""


def _wants_check(visit: Visit) -> bool:
    return "check" in visit.form if visit.form else True


def _typed(provider: Type, form: Mapping[str, str], kept: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the fields; never a secret."""
    return {
        one.name: form.get(f"field-{one.name}", str(kept.get(one.name, one.default)))
        for one in provider.fields
        if not one.is_secret
    }


def _configuration(provider: Type, form: Mapping[str, str]) -> dict[str, str]:
    typed = {one.name: form.get(f"field-{one.name}", "").strip() for one in provider.fields if not one.is_secret}
    return {name: value for name, value in typed.items() if value}


def _secret(provider: Type, form: Mapping[str, str]) -> Secret:
    """Without those that were left empty, which stay."""
    typed = {one.name: form.get(f"field-{one.name}", "") for one in provider.fields if one.is_secret}
    return Secret({name: value for name, value in typed.items() if value})


def _new(secret: Secret) -> Secret:
    if not secret.names():
        raise Refusal(422, "nothing_new", "Every field is empty: nothing was replaced")
    return secret
