"""What is attached to a table, as it was: constraints, indexes, policies, statistics, triggers, rules. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.rollback.alter_said import comment, said
from seatrial.rollback.alteration import Alteration
from seatrial.rollback.guard import filled
from seatrial.rollback.options import apart, parsed, set_and_reset
from seatrial.sql.text import literal, quoted

if TYPE_CHECKING:
    from seatrial.rollback.alteration import Pair

__all__ = [
    "altered_constraint",
    "altered_index",
    "altered_policy",
    "altered_statistics",
    "altered_switch",
]

#: At the end of an index's definition, as the server prints it.
_STORAGE = re.compile(r" WITH \(((?:[^()']|'(?:[^']|'')*')*)\)$")
_QUOTED_VALUE = re.compile(r"=\s*'((?:[^']|'')*)'")
SWITCHES = {"yes": "ENABLE {}", "always": "ENABLE ALWAYS {}", "on replicas": "ENABLE REPLICA {}", "no": "DISABLE {}"}
DEFERRABLE = {
    "no": "NOT DEFERRABLE",
    "initially immediate": "DEFERRABLE INITIALLY IMMEDIATE",
    "initially deferred": "DEFERRABLE INITIALLY DEFERRED",
}


def altered_constraint(pair: Pair) -> Alteration | None:
    """Only a foreign key can be made deferrable; none can be made unvalidated."""
    changed = pair.changed
    loosened = "validated" in changed and pair.was("validated") != "yes"
    other_key = "deferrable" in changed and not pair.was("definition").startswith("FOREIGN KEY")
    if changed & {"definition", "index valid"} or loosened or other_key:
        return None
    command = f"ALTER TABLE {pair.on}"
    statements = []
    if "deferrable" in changed:
        statements.append(f"{command} ALTER CONSTRAINT {pair.own} {DEFERRABLE[pair.was('deferrable')]}")
    if "enforced" in changed:
        statements.append(_enforced(pair))
    # Its index has its name.
    index = f"ALTER INDEX {apart(pair.on)[0]}.{pair.own}"
    statements += set_and_reset(index, parsed(pair.was("index options")), parsed(pair.now("index options")))
    validated = (f"{command} VALIDATE CONSTRAINT {pair.own}",) if "validated" in changed else ()
    return Alteration(statements=tuple(statements), later=validated) + comment(pair, name=pair.own, on=pair.on)


def _enforced(pair: Pair) -> str:
    """The server's own triggers of a constraint have names that only it knows."""
    action = "ENABLE" if pair.was("enforced") == "yes" else "DISABLE"
    return filled("switch_constraint", {"table": literal(pair.on), "constraint": literal(pair.own), "action": action})


def altered_index(pair: Pair) -> Alteration | None:
    """Storage options, tablespace and comment; anything else is another index."""
    was, now = (_without_storage(definition) for definition in (pair.was("definition"), pair.now("definition")))
    if was[0] != now[0] or pair.changed - {"definition", "tablespace", "comment"}:
        return None
    command = f"ALTER INDEX {pair.name}"
    statements = set_and_reset(command, was[1], now[1])
    if "tablespace" in pair.changed:
        statements = (*statements, f"{command} SET TABLESPACE {pair.was('tablespace') or 'pg_default'}")
    return Alteration(statements=statements) + comment(pair)


def _without_storage(definition: str) -> tuple[str, dict[str, str]]:
    found = _STORAGE.search(definition)
    if not found:
        return definition, {}
    return definition[: found.start()], parsed(_QUOTED_VALUE.sub(r"=\1", found[1]))


def altered_policy(pair: Pair) -> Alteration | None:
    """Roles and conditions; a condition that was not there cannot be taken away."""
    conditions = {"using": "USING", "with check": "WITH CHECK"}
    gone = any(pair.now(fact) and not pair.was(fact) for fact in conditions)
    if gone or pair.changed & {"command", "permissive"}:
        return None
    words = [f"{word} ({pair.was(fact)})" for fact, word in conditions.items() if fact in pair.changed]
    if "roles" in pair.changed:
        roles = pair.was("roles").split(", ")
        words.insert(0, "TO " + ", ".join(role if role == "PUBLIC" else quoted(role) for role in roles))
    statements = (f"ALTER POLICY {pair.own} ON {pair.on} {' '.join(words)}",) if words else ()
    return Alteration(statements=statements) + comment(pair, name=pair.own, on=pair.on)


def altered_statistics(pair: Pair) -> Alteration | None:
    """Its target, owner and comment."""
    if "definition" in pair.changed:
        return None
    target = f"ALTER STATISTICS {pair.name} SET STATISTICS {pair.was('target') or '-1'}"
    return Alteration(statements=(target,) if "target" in pair.changed else ()) + said(pair)


def altered_switch(pair: Pair) -> Alteration | None:
    """A trigger or a rule: on, off, always, or on replicas."""
    if "definition" in pair.changed:
        return None
    what = SWITCHES[pair.was("enabled")].format(f"{pair.after.kind.upper()} {pair.own}")
    switch = (f"ALTER TABLE {pair.on} {what}",) if "enabled" in pair.changed else ()
    return Alteration(statements=switch) + comment(pair, name=pair.own, on=pair.on)
