"""A secret that stands in a file of the repository."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING

from seatrial.model.commands import AlterRole, Data, Other
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.BLOCKS

_NEW = "-- and give it a new one outside of the files, by \\password in psql for example"

_GIVEN = re.compile(r"\bpassword\s+(?:e|u&)?'(?!')", re.IGNORECASE)
_OPTION = re.compile(r"\bpassword\s+(?:e|u&)?'(?!')|\bpassword\s*=\s*[^\s']", re.IGNORECASE)
#: What has no other meaning than to let somebody in; a token of three parts says for whom.
_KEYS = re.compile(
    r"\b(?:sk|rk)_live_\w{8,}|\bsb_secret_\w{8,}|-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\beyJ[\w-]{8,}\.(?P<claims>[\w-]{8,})\.[\w-]{8,}|\bBearer\s+eyJ[\w-]{8,}(?![\w.-])"
)
#: Statements with options for another server.
_OTHERS = {
    "create_user_mapping_stmt": "the user of another server", "alter_user_mapping_stmt": "the user of another server",
    "create_subscription_stmt": "a subscription", "alter_subscription_stmt": "a subscription",
}  # fmt: skip


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each; neither it nor its line is shown."""
    for occasion in schema.occasions:
        of, fix = _secret(occasion)
        if of:
            yield Hit(
                script=occasion.script,
                offset=occasion.offset,
                what=f"{of} stands in the file",
                effect="whoever reads the repository, a copy of it or the history of migrations on the target has it, "
                "and it stays there when the file is changed",
                fix=fix,
                hidden=True,
            )


def _key(occasion: Occasion) -> bool:
    """Whether a key stands in it; of a block the statements inside are looked at with it."""
    if occasion.in_do:
        return False
    return any(not one["claims"] or not _is_public(one["claims"]) for one in _KEYS.finditer(occasion.statement.text))


def _is_public(claims: str) -> bool:
    """Whether a token is the one that every visitor's browser gets, or that of a platform on one's own machine."""
    try:
        said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    except ValueError:
        return False
    return isinstance(said, dict) and (said.get("role") == "anon" or said.get("iss") == "supabase-demo")


def _secret(occasion: Occasion) -> tuple[str, str]:
    """What it is of, without it, and what to do instead; nothing where there is none."""
    command = occasion.command
    if isinstance(command, AlterRole) and "password" in command.options and _GIVEN.search(_text(occasion)):
        forget = f"alter role {name(command.role)} password null;"
        return f"the password of the role {quoted(command.role)}", f"{forget}\n{_NEW}"
    if isinstance(command, Other) and command.node in _OTHERS and _OPTION.search(_text(occasion)):
        return f"the password of {_OTHERS[command.node]}", "Change it there, and set it outside of the files."
    if isinstance(command, Data) and any(
        one.name == "vault.create_secret" and one.arguments and one.arguments[0] for one in command.query.calls
    ):
        return "a secret for the vault", "Change it where it is used, and put it into the vault outside of the files."
    if _key(occasion):
        return (
            "a key or a token",
            "Make it worthless where it is used, and read the new one from the vault by its name.",
        )
    return "", ""


def _text(occasion: Occasion) -> str:
    """From its place to the end of the statement around it."""
    end = occasion.statement.start + len(occasion.statement.text)
    return occasion.script.source.text[occasion.offset : end]
