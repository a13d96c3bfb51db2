"""A function, a procedure, an aggregate as it was. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rollback.alter_said import said, word
from seatrial.rollback.alteration import Alteration
from seatrial.rollback.options import names
from seatrial.sql.text import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.rollback.alteration import Pair

__all__ = ["altered_routine"]

SETTING = "setting "
#: What ALTER FUNCTION can say; anything else is CREATE OR REPLACE's.
ALTERABLE = frozenset({"volatility", "security", "strict", "leakproof", "parallel", "cost", "rows", "owner", "comment"})
#: Settings that are lists of names, kept with the quotes of names.
LISTS = frozenset({"search_path", "temp_tablespaces", "local_preload_libraries", "session_preload_libraries"})


def altered_routine(pair: Pair) -> Alteration | None:
    """What ALTER FUNCTION can do; None where its arguments, its body or an aggregate's parts are others."""
    alterable = ALTERABLE if pair.after.kind != "aggregate" else {"owner", "comment"}
    if any(fact not in alterable and not fact.startswith(SETTING) for fact in pair.changed):
        return None
    name = pair.name.removesuffix("()") + "(*)" if _takes_anything(pair) else pair.name
    actions = " ".join(_actions(pair))
    statements = [f"ALTER {word(pair)} {name} {actions}"] if actions else []
    statements += [f"ALTER {word(pair)} {name} {action}" for action in _settings(pair)]
    return Alteration(statements=tuple(statements)) + said(pair, name=name)


def _takes_anything(pair: Pair) -> bool:
    return pair.after.kind == "aggregate" and pair.name.endswith("()")


def _actions(pair: Pair) -> Iterator[str]:
    changed = pair.changed
    if "volatility" in changed:
        yield pair.was("volatility").upper()
    if "strict" in changed:
        yield "STRICT" if pair.was("strict") == "yes" else "CALLED ON NULL INPUT"
    if "leakproof" in changed:
        yield "LEAKPROOF" if pair.was("leakproof") == "yes" else "NOT LEAKPROOF"
    yield from (
        f"{fact.upper()} {pair.was(fact)}" for fact in ("security", "parallel", "cost", "rows") if fact in changed
    )


def _settings(pair: Pair) -> Iterator[str]:
    was, now = pair.beginning(SETTING)
    yield from (f"RESET {_name(name)}" for name in now if name not in was)
    yield from (f"SET {_name(name)} TO {_value(name, text)}" for name, text in was.items() if now.get(name) != text)


def _name(setting: str) -> str:
    return ".".join(quoted(part) for part in setting.split("."))


def _value(name: str, text: str) -> str:
    """An empty list is kept as an empty name in quotes, which SQL does not take for a name."""
    if name.lower() not in LISTS:
        return literal(text)
    return (
        ", ".join(literal(one[1:-1].replace('""', '"') if one.startswith('"') else one) for one in names(text)) or "''"
    )
