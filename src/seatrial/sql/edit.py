"""Changes one place of a SQL text so that its syntax tree changes as wanted, and leaves all other text alone.

The tree says where a part of it lies only roughly: no brackets, no ends. So a few spans are tried, and that one is
taken with which the parser reads the wanted tree; a text that is given back therefore always means what was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import postgast
from google.protobuf.message import DecodeError, Message  # type: ignore[import-untyped]
from postgast import pg_query_pb2 as pb

from seatrial.sql.subtree import parts
from seatrial.sql.trees import parse_text
from seatrial.sql.words import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from seatrial.sql.words import Token

__all__ = ["Change", "Path", "Piece", "applied", "at", "piece", "places"]

#: Fields and indexes from the root of a tree to a part of it.
Path = tuple[tuple[str, int], ...]
#: Replace what is between two offsets in bytes.
Change = tuple[int, int, str]

_PLACES = frozenset(
    {"location", "stmt_location", "stmt_len", "list_start", "list_end", "rexpr_list_start", "rexpr_list_end"}
)
#: How many tokens may follow the last one whose place is known, and brackets precede the first.
_AFTER, _BEFORE = 40, 3


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A statement, several, or an expression, with its tree."""

    #: What the parser needs before the text, never empty: an offset of 0 in a tree stands for an unknown place.
    prefix: str
    text: str
    tree: pb.ParseResult

    @cached_property
    def words(self) -> tuple[Token, ...]:
        """The tokens of the text with the prefix."""
        return tokens(self.prefix + self.text)

    def replace(self, path: Path, wanted: Callable[[pb.ParseResult], None], new: Callable[[str], str]) -> Change | None:
        """Write something else in place of one part of the tree; None where no span was found that does it.

        Args:
            path: to a node.
            wanted: changes a copy of the tree into what the text has to mean.
            new: the new text, from that of the node.
        """
        known = places(at(self.tree, path))
        target = self._target(wanted)
        encoded = (self.prefix + self.text).encode()
        for first, last in self._spans(known):
            change = (first.start, last.end, new(encoded[first.start : last.end].decode()))
            if self._means([change], target):
                return self._shifted(change)
        return None

    def reword(self, path: Path, wanted: Callable[[pb.ParseResult], None], old: str, new: str) -> tuple[Change, ...]:
        """Write another word between the arguments of an AND or OR; empty where that does not do it."""
        arguments = [places(argument) for argument in at(self.tree, path).bool_expr.args]
        changes: list[Change] = []
        for left, right in pairwise(arguments):
            low, high = max(left, default=0), min(right, default=0)
            between = [token for token in self.words if token.word == old and low < token.start < high]
            changes.extend((token.start, token.end, new) for token in between[-1:])
        if not self._means(changes, self._target(wanted)):
            return ()
        return tuple(map(self._shifted, changes))

    def roughly(self, path: Path) -> str:
        """The text between the first and the last known place of a part of the tree; a bracket may be missing."""
        known = places(at(self.tree, path))
        words = [token for token in self.words if known and min(known) <= token.start <= max(known)]
        return (self.prefix + self.text).encode()[words[0].start : words[-1].end].decode() if words else ""

    def _target(self, wanted: Callable[[pb.ParseResult], None]) -> bytes:
        copy = pb.ParseResult()
        copy.CopyFrom(self.tree)
        wanted(copy)
        return _meaning(copy)

    def _means(self, changes: Iterable[Change], target: bytes) -> bool:
        changed = parsed(applied(self.prefix + self.text, changes))
        return changed is not None and _meaning(changed) == target

    def _shifted(self, change: Change) -> Change:
        shift = len(self.prefix.encode())
        return change[0] - shift, change[1] - shift, change[2]

    def _spans(self, known: list[int]) -> Iterator[tuple[Token, Token]]:
        """Spans with as many opening as closing brackets around the known places, shortest first."""
        starts = [token.start for token in self.words]
        inside = [place for place, start in enumerate(starts) if known and min(known) <= start <= max(known)]
        if not inside:
            return
        for first in range(inside[0], max(-1, inside[0] - _BEFORE - 1), -1):
            if first != inside[0] and self.words[first].text != "(":
                return
            for last in range(inside[-1], min(len(starts), inside[-1] + _AFTER)):
                if _is_balanced(self.words[first : last + 1]):
                    yield self.words[first], self.words[last]


def piece(prefix: str, text: str) -> Piece | None:
    """A text with its tree; None where it cannot be parsed."""
    tree = parsed(prefix + text)
    return None if tree is None else Piece(prefix=prefix, text=text, tree=tree)


def parsed(text: str) -> pb.ParseResult | None:
    """The tree of a text; None where the grammar refuses it or it is nested too deeply."""
    try:
        return parse_text(text)
    except (postgast.PgQueryError, DecodeError):
        return None


def applied(text: str, changes: Iterable[Change]) -> str:
    """The text with spans of it replaced."""
    encoded, pieces, done = text.encode(), [], 0
    for start, end, new in sorted(changes):
        pieces += [encoded[done:start], new.encode()]
        done = end
    return b"".join([*pieces, encoded[done:]]).decode()


def at(message: Any, path: Path) -> Any:  # noqa: ANN401 - any part of a tree
    """The part to which a path leads."""
    for name, index in path:
        message = getattr(message, name)
        message = message[index] if index >= 0 else message
    return message


def places(message: Message) -> list[int]:
    """Every known place in a part of a tree, in bytes."""
    found = [message.location] if getattr(message, "location", 0) > 0 else []
    for part in parts(message):
        found += places(part)
    return found


def _is_balanced(words: Iterable[Token]) -> bool:
    depth = 0
    for token in words:
        depth += (token.text in {"(", "["}) - (token.text in {")", "]"})
        if depth < 0:
            return False
    return depth == 0


def _meaning(tree: pb.ParseResult) -> bytes:
    """The tree without places, and without brackets among ANDs or among ORs."""
    copy = pb.ParseResult()
    copy.CopyFrom(tree)
    _strip(copy)
    meaning: bytes = copy.SerializeToString(deterministic=True)
    return meaning


def _strip(message: Message) -> None:
    for descriptor, _ in message.ListFields():
        if descriptor.name in _PLACES:
            message.ClearField(descriptor.name)
    for part in parts(message):
        _strip(part)
    if isinstance(message, pb.BoolExpr) and message.boolop != pb.NOT_EXPR:
        flat = [inner for argument in message.args for inner in _flat(argument, message.boolop)]
        copies = [pb.Node.FromString(inner.SerializeToString()) for inner in flat]
        del message.args[:]
        message.args.extend(copies)


def _flat(node: pb.Node, operator: int) -> list[pb.Node]:
    same = node.HasField("bool_expr") and node.bool_expr.boolop == operator
    return list(node.bool_expr.args) if same else [node]
