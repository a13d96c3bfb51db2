"""Functions that rewrites make: names that are free, who may call them, and each of them made once."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain, count
from typing import TYPE_CHECKING

from seatrial.sql.text import qualified

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from seatrial.performance.policies.suspicion import Suspicion

__all__ = ["apart", "free", "made_before", "rights"]

#: Bytes of a name that leave room for what is added.
_ROOM = 48
_MADE = re.compile(r'CREATE FUNCTION ((?:"(?:[^"]|"")*"|[^"(\s])+)\(')
_NUMBER = re.compile(r"\d*(\"?)$")


def free(schema: str, name: str, ending: str, taken: Collection[str]) -> str:
    """A name for a function that none has yet, without its schema.

    Args:
        schema: it is to be in.
        name: what it begins with.
        ending: what comes behind it, and a number where that is taken.
        taken: names of functions, with schemas, not quoted.
    """
    begun = name.encode()[:_ROOM].decode(errors="ignore") + ending
    tries = (begun + number for number in chain([""], map(str, count(2))))
    return next(one for one in tries if (f"{schema}.{one}" if schema else one) not in taken)


def rights(signature: str, roles: Sequence[str], opened: Sequence[str]) -> tuple[str, ...]:
    """Statements after which only these roles may call a function that is new.

    Args:
        signature: of the function.
        roles: as SQL; none: everybody.
        opened: roles that the default privileges let call it, as SQL.
    """
    if not roles:
        return (f"GRANT EXECUTE ON FUNCTION {signature} TO PUBLIC",)
    others = ["PUBLIC", *(one for one in opened if one not in roles)]
    return (
        f"REVOKE ALL ON FUNCTION {signature} FROM {', '.join(others)}",
        f"GRANT EXECUTE ON FUNCTION {signature} TO {', '.join(roles)}",
    )


def apart(found: Sequence[Suspicion]) -> tuple[Suspicion, ...]:
    """The same, with other names for functions where two rewrites would make two of one name that are not the same."""
    taken = {one: statement for suspicion in found for one, statement in _made(suspicion).items()}
    names: dict[str, str] = {}
    result = []
    for one in found:
        changed = one
        for name, statement in _made(one).items():
            new = _free(name, statement, names, {*taken, *(_sql(known) for known in one.policy.taken)})
            changed = replace(
                changed, query=changed.query.replace(f"{name}(", f"{new}("),
                rewrite=tuple(text.replace(f"{name}(", f"{new}(") for text in changed.rewrite),
            )  # fmt: skip
            names[new] = statement.replace(f"{name}(", f"{new}(")
        result.append(changed)
    return tuple(result)


def made_before(rewrite: Sequence[str], made: Collection[str]) -> tuple[str, ...]:
    """A rewrite without the functions that another one makes, and who that one lets call them stays as it is.

    Args:
        rewrite: its statements.
        made: statements of others.
    """
    again = [name for statement in rewrite if statement in made and (name := _name(statement))]
    opened = tuple(f"REVOKE ALL ON FUNCTION {name}(" for name in again)
    rest = [one for one in rewrite if not (_name(one) in again or (opened and one.startswith(opened)))]
    if again and rest:
        rest[0] = f"-- {' and '.join(again)} is made by a rewrite above.\n{rest[0]}"
    return tuple(rest)


def _free(name: str, statement: str, names: dict[str, str], taken: Collection[str]) -> str:
    """The name itself where nothing else has it; a number behind it elsewhere, within the quotes."""
    if names.get(name, statement) == statement:
        return name
    tries = (_NUMBER.sub(rf"{number}\1", name, count=1) for number in count(2))
    return next(
        one for one in tries
        if names.get(one, "") == statement.replace(f"{name}(", f"{one}(") or (one not in taken and one not in names)
    )  # fmt: skip


def _sql(name: str) -> str:
    schema, _, bare = name.partition(".")
    return qualified(schema, bare)


def _name(statement: str) -> str:
    found = _MADE.search(statement)
    return found[1] if found else ""


def _made(found: Suspicion) -> dict[str, str]:
    return {name: statement for statement in found.rewrite if (name := _name(statement))}
