"""What an administrator has filled in, against the fields of a provider."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from integrations_hub.domain.outside import Trouble, TroubleKind
from integrations_hub.domain.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from integrations_hub.domain.outside import Field

__all__ = ["destination", "filled", "misconfigured"]

LONGEST = 2000
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

#: For each field: what it must look like in full, and the words for one that does not.
Shapes = dict[str, tuple[re.Pattern[str], str]]


def filled(
    service: str, fields: Sequence[Field], shapes: Shapes, configuration: Mapping[str, object], secret: Secret
) -> tuple[dict[str, object], Secret]:
    """The settings and secrets as they are to be kept: nothing missing, nothing unknown, numbers as numbers.

    Args:
        service: how it is called.
        fields: what there is to fill in.
        shapes: what a value must look like.
        configuration: the settings.
        secret: the secrets.

    Raises:
        Trouble: MISCONFIGURED, with the field; the value of a secret is not in it.
    """
    _nothing_else(service, fields, configuration, secret)
    settings: dict[str, object] = {}
    secrets: dict[str, str] = {}
    for field in fields:
        given = secret.reveal_all().get(field.name) if field.is_secret else configuration.get(field.name)
        value = _plain(field, given)
        if value and field.name in shapes and not shapes[field.name][0].fullmatch(value):
            raise misconfigured(f"{field.label}: {shapes[field.name][1]}")
        if field.is_secret and value:
            secrets[field.name] = value
        elif not field.is_secret and (value or field.name in configuration):
            settings[field.name] = _typed(field, value)
    return settings, Secret(secrets)


def destination(fields: Sequence[Field], configuration: Mapping[str, object]) -> dict[str, object]:
    """Where the secrets are sent and as whose, as `filled` makes it of the settings; nothing where that is not theirs.

    Raises:
        Trouble: MISCONFIGURED, with the field.
    """
    bound = [field for field in fields if field.is_destination]
    return {field.name: _typed(field, _plain(field, configuration.get(field.name))) for field in bound}


def misconfigured(reason: str) -> Trouble:
    """Settings that cannot work."""
    return Trouble(TroubleKind.MISCONFIGURED, reason)


def _nothing_else(service: str, fields: Sequence[Field], configuration: Mapping[str, object], secret: Secret) -> None:
    labels = {field.name: field.label for field in fields if field.is_secret}
    if misplaced := [name for name in configuration if name in labels]:
        raise misconfigured(f"{labels[misplaced[0]]} is a secret: put it among the credentials, not the settings")
    public = {field.name for field in fields} - labels.keys()
    if unknown := [*sorted(set(configuration) - public), *sorted(set(secret.names()) - labels.keys())]:
        raise misconfigured(f"{service} has no field called {unknown[0][:50]!r}: take it out")


def _plain(field: Field, given: object) -> str:
    if given is None or given == "":
        given = field.default
    if not isinstance(given, str | int) or isinstance(given, bool):
        raise misconfigured(f"{field.label} must be text" if field.kind != "number" else f"{field.label} is no number")
    # A line end comes along when a token is copied; blanks may be part of a password.
    value = str(given).strip("\r\n") if field.is_secret else str(given).strip()
    if not value and field.is_required:
        raise misconfigured(f"{field.label} is missing" + (f": {field.help}" if field.help else ""))
    if len(value) > LONGEST or CONTROL.search(value):
        raise misconfigured(f"{field.label} is too long or holds characters that cannot be printed")
    if field.choices and value not in field.choices:
        raise misconfigured(f"{field.label} must be one of {', '.join(field.choices)}")
    if field.kind == "number" and value and not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise misconfigured(f"{field.label} is no number")
    return value


def _typed(field: Field, value: str) -> str | int:
    return int(value) if field.kind == "number" and value else value
