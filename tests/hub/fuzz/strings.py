"""Query strings for the dialect: such as its grammar allows, and such as nobody would write on purpose; by seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes

from tests.hub.ground import HARBOUR, LIGHTHOUSE

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

__all__ = ["TABLES", "Asked", "asked"]

#: Of the identifiers of the sample tenants.
ENDS = ("a1", "a2", "a3", "b1", "b2")

#: Tables that hold rows of several organizations, with their columns and what these are made of.
TABLES = {
    "integrations": {
        "id": "uuid", "organization_id": "uuid", "integration_type": "text", "is_active": "flag", "status": "text",
        "configuration": "json", "last_sync_at": "time", "last_error": "text", "created_at": "time",
        "updated_at": "time",
    },
    "contacts": {
        "id": "uuid", "organization_id": "uuid", "full_name": "text", "email": "text", "phone": "text",
        "company": "text", "notes": "text", "tags": "array", "last_contact_at": "time", "created_at": "time",
        "updated_at": "time",
    },
    "crm_events": {
        "id": "uuid", "organization_id": "uuid", "contact_id": "uuid", "event_type": "text", "payload": "json",
        "occurred_at": "time", "created_at": "time",
    },
}  # fmt: skip
COMPARED = ("eq", "neq", "gt", "gte", "lt", "lte", "isdistinct", "eq(any)", "in")
#: Operators and values that fit, by what a column is made of.
FITTING = {
    "uuid": (
        COMPARED,
        (HARBOUR, LIGHTHOUSE, *(f"{n}0000000-0000-4000-8000-0000000000{e}" for n in (3, 6) for e in ENDS)),
    ),
    "text": (
        (*COMPARED, "like", "ilike", "match", "imatch", "like(any)", "fts", "plfts", "phfts", "wfts(simple)"),
        ("active", "whatsapp", "*a*", "berg", "Dora Ebert", "^[A-Z]", "%", "x,y", 'q"', "(", "ü", ""),
    ),
    "flag": (("eq", "neq", "is"), ("true", "false")),
    "json": (("eq", "cs", "cd"), ("{}", '{"number": "+4930000000"}', '{"minutes": 12}', "[1]")),
    "time": (COMPARED, ("2020-01-01", "2030-01-01T00:00:00Z", "now", "infinity", "yesterday")),
    "array": (("cs", "cd", "ov", "eq"), ("{}", "{customer}", "{customer,lead}", '{"a,b"}')),
}
OTHER_NAMES = (
    "secret", "ctid", "xmin", "tableoid", "oid", "integrations", "contacts", "private.integration_credentials", "*",
    "", " ", '"', '""', '"id"', "id;", "id--", "id)", "(id", "1", "$1", "%s", "%(a)s", "ID", "id::text", "a" * 64,
    "configuration->>number", "configuration->'a'", "id.eq", "größe", "\u202e", "select", "order", "limit", "offset",
    "and", "or", "not", "not.and", "not.or", "columns", "on_conflict", "apikey", "organizations(id)",
    "...organizations(name)", "count", "row_to_json", "to_jsonb", "pg_typeof", "current_user",
)  # fmt: skip
OPERATORS = (
    "eq", "neq", "gt", "gte", "lt", "lte", "like", "ilike", "match", "imatch", "in", "is", "isdistinct", "fts", "plfts",
    "phfts", "wfts", "cs", "cd", "ov", "sl", "sr", "nxr", "nxl", "adj",
)  # fmt: skip
OTHER_OPERATORS = ("", "EQ", "equals", "eq(any)", "gte(all)", "like(any)", "fts(english)", "plfts(klingon)", "any",
                   "not", "eq(some)", "=", "&&", "@>", "pg_sleep", "eq.eq", "is.not", "fts(english')")  # fmt: skip
VALUES = (
    "1", "0", "-1", "1e3", "NaN", "99999999999999999999", "1.5", "true", "false", "null", "NULL", "not_null",
    "unknown", "", "active", "whatsapp", "*a*", "%", "_", "\\", "anna@example.org", "Anna Berg", "Berg Shipping",
    "now", "infinity", "2026-01-01", "2026-01-01T00:00:00Z", "yesterday", "+4930000001", HARBOUR, LIGHTHOUSE,
    "60000000-0000-4000-8000-0000000000a1", "60000000-0000-4000-8000-0000000000b1", "Dora Ebert", "{customer}",
    "{customer,lead}", '{"a,b","c\\"d"}', "{", "}", "{{1},{2}}", '{"number": "+4930000000"}', "[]", "{}", '"x"',
    "[1,2)", "(,)", "empty", "(1,2)", "()", "(a,b", "a,b", "a.b", "a:b", "'", "''", "' or '1'='1",
    "'; drop table contacts; --", "\\'", "$$", "$1", "%s", "%(x)s", "{0}", "/*", "*/", "--", ";", "\0", "\x1b[2J",
    "\n", "\r\n", "\t", "\u2028", "ü", "🚢", "\ud800", "(", ")", "((", "[", "(?", "a{1000000}", "(a+)+$", "\\1",
    "^(((((((((", "[[:alpha:]]", "a" * 3000, "&|!", "a & b", "a <-> b", "'a':*", "berg or not",
    "1970-01-01T00:00:00+99:99", "select 1", "pg_sleep(10)", "\\x00", "1=1",
)  # fmt: skip
#: Bytes that stand for something to one of those that read a query string.
HOSTILE = (
    b"&", b"=", b"?", b"#", b"%", b"%00", b"%FF", b"%C3", b"%ED%A0%80", b"%ZZ", b"%2", b"+", b"%2B", b"%20", b"%22",
    b"%27", b"%28", b"%29", b"%2C", b"%2E", b"%3A%3A", b"%5C", b"%0A", b"(", b")", b",", b".", b":", b'"', b"'", b"*",
    b"!", b";", b"..", b",,", b"()", b"not.", b".not.", b"and(", b"or(", b"::", b"->", b"->>", b"\xc3\xa9", b"[]",
    b"[0]", b"&&", b"==",
)  # fmt: skip
DEPTHS = (1, 2, 2, 3, 5)
#: Deeper than anybody writes.
PITS = (40, 300, 3000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One GET request; its seed makes it again."""

    seed: int
    table: str
    query: bytes
    headers: dict[str, str]

    def __str__(self) -> str:
        shown = self.query.decode(errors="backslashreplace")
        return f"seed {self.seed}: GET /rest/v1/{self.table}?{shown[:600]} {self.headers or ''}"


def asked(chance: random.Random, seed: int) -> Asked:
    """What the chance of this seed makes: two of three are as the grammar has it, and one is changed after that."""
    table = chance.choice(tuple(TABLES))
    query = "&".join(_parameter(table, chance) for _ in range(chance.choice((1, 1, 1, 2, 3)))).encode(
        errors="surrogatepass"
    )
    if chance.random() < 1 / 3:
        for _ in range(chance.choice((1, 1, 2, 4))):
            query = chance.choice(MUTATIONS)(query, chance)
    return Asked(seed=seed, table=table, query=_sendable(query), headers=_headers(chance))


def _headers(chance: random.Random) -> dict[str, str]:
    chosen: dict[str, str] = {}
    if chance.random() < 0.3:
        chosen["Prefer"] = chance.choice(
            (
                "count=exact",
                "count=exact",
                "count=planned",
                "handling=strict, a",
                "timezone=x",
                "count=,",
                "return=minimal",
            )
        )
    if chance.random() < 0.05:
        chosen["Range"] = chance.choice(("0-1", "1-", "5-2", "-1", "a-b", "0-99999999999999999999", "items=0-1"))
    if chance.random() < 0.05:
        chosen["Accept"] = chance.choice(("application/vnd.pgrst.object+json", "text/csv", "*/*", "a", "text/html;q=2"))
    return chosen


def _parameter(table: str, chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.5:
        column, before, value = _condition(table, chance)
        return f"{_escaped(column)}={_escaped(before + value)}"
    if kind < 0.75:
        group = _group(table, chance, chance.choice(DEPTHS))
        return f"{chance.choice(('or', 'and', 'not.or', 'not.and'))}={_escaped(group)}"
    if kind < 0.85:
        return f"order={_escaped(','.join(_term(table, chance) for _ in range(chance.choice((1, 2)))))}"
    if kind < 0.93:
        return f"select={_escaped(','.join(_column(table, chance) for _ in range(chance.choice((1, 2, 4)))))}"
    number = chance.choice(("0", "1", "2", "-1", "1e9", "9" * 30, "a", "", " 1", "1;", "0x10", "\u0661"))
    return f"{chance.choice(('limit', 'offset', 'contacts.limit'))}={_escaped(number)}"


def _name(table: str, chance: random.Random) -> str:
    return chance.choice(tuple(TABLES[table])) if chance.random() < 0.85 else chance.choice(OTHER_NAMES)


def _condition(table: str, chance: random.Random) -> tuple[str, str, str]:
    """A column, what is before the value, and the value; two of three fit together."""
    if chance.random() < 1 / 3:
        operator = chance.choice(OPERATORS if chance.random() < 0.9 else OTHER_OPERATORS)
        before = f"{chance.choice(('', '', '', 'not.', 'not.not.'))}{operator}."
        return _name(table, chance), before, _value(operator, chance)
    column, made_of = chance.choice(tuple(TABLES[table].items()))
    operators, values = FITTING[made_of]
    operator = chance.choice((*operators, "is"))
    value = "null" if operator == "is" else chance.choice(values)
    if operator == "in" or operator.endswith("(any)"):
        several = ",".join(_quoted(chance.choice(values), chance) for _ in range(chance.choice((1, 2, 5))))
        value = f"({several})" if operator == "in" else f"{{{several}}}"
    return column, f"{chance.choice(('', '', 'not.'))}{operator}.", value


def _value(operator: str, chance: random.Random) -> str:
    one = chance.choice(VALUES)
    if operator == "in" and chance.random() < 0.8:
        return f"({','.join(_quoted(chance.choice(VALUES), chance) for _ in range(chance.choice((0, 1, 2, 5))))})"
    if operator == "is" and chance.random() < 0.8:
        return chance.choice(("null", "not_null", "true", "false", "unknown", "TRUE", "Null"))
    return one


def _quoted(value: str, chance: random.Random) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"' if chance.random() < 0.5 else value


def _group(table: str, chance: random.Random, depth: int) -> str:
    members = []
    for _ in range(chance.choice((1, 1, 2, 2, 3, 0) if depth > 1 else (1, 2, 2))):
        if depth > 1 and chance.random() < 0.4:
            members.append(f"{chance.choice(('and', 'or', 'not.and', 'not.or'))}{_group(table, chance, depth - 1)}")
        else:
            column, before, value = _condition(table, chance)
            members.append(f"{column}.{before}{value if value[:1] in ('(', '{') else _quoted(value, chance)}")
    return f"({','.join(members)})"


def _term(table: str, chance: random.Random) -> str:
    ending = ("", "", ".asc", ".desc", ".nullsfirst", ".desc.nullslast", ".nullslast.desc", ".up", ".", ".desc.desc")
    return f"{_name(table, chance)}{chance.choice(ending)}"


def _column(table: str, chance: random.Random) -> str:
    before = ("", "", "", "a:", "organization_id:", '"a b":', ":", "a:b:", "größe:")
    after = ("", "", "", "", "::text", "::regclass", "->>a", ".sum()", "(id)", "!inner(id)", "()")
    return f"{chance.choice(before)}{_name(table, chance)}{chance.choice(after)}"


def _escaped(text: str) -> str:
    # As clients do, but for what the grammar itself needs, so that the mutations find it.
    return quote_from_bytes(text.encode(errors="surrogatepass"), safe=".,:()!*'\"{}[]$-_~/@|<>")


def _sendable(query: bytes) -> bytes:
    """Without bytes that no HTTP message can have in its first line."""
    return bytes(byte for byte in query if 0x20 < byte != 0x7F and byte != ord("#"))


def _place(query: bytes, chance: random.Random) -> int:
    return chance.randint(0, len(query))


def _delete(query: bytes, chance: random.Random) -> bytes:
    at = _place(query, chance)
    return query[:at] + query[at + chance.choice((1, 1, 2, 8)) :]


def _duplicate(query: bytes, chance: random.Random) -> bytes:
    at, much = _place(query, chance), chance.choice((1, 4, 20))
    return query[: at + much] + query[at : at + much] * chance.choice((1, 2, 30)) + query[at + much :]


def _insert(query: bytes, chance: random.Random) -> bytes:
    at = _place(query, chance)
    return query[:at] + chance.choice(HOSTILE) * chance.choice((1, 1, 3)) + query[at:]


def _splice(query: bytes, chance: random.Random) -> bytes:
    other = _parameter(chance.choice(tuple(TABLES)), chance).encode(errors="surrogatepass")
    return query[: _place(query, chance)] + other[_place(other, chance) :]


def _nest(query: bytes, chance: random.Random) -> bytes:
    deep = chance.choice(PITS)
    before, after = chance.choice(
        (
            (b"(", b")"),
            (b"and(", b")"),
            (b"not.", b""),
            (b"not.or(id.is.null,", b")"),
            (b"{", b"}"),
            (b'"', b'"'),
            (b"[", b"]"),
        )
    )
    return query + b"&or=(" + before * deep + b"id.is.null" + after * deep + b")"


def _long(query: bytes, chance: random.Random) -> bytes:
    much = chance.choice((100, 2000, 20_000))
    return query + chance.choice((
        b"&id=in.(" + b"1," * much + b"1)", b"&id=eq." + b"a" * much, b"&select=" + b"id," * much,
        b"&order=" + b"id," * (much // 10), b"&or=(" + b"id.is.null," * (much // 10) + b"id.is.null)",
        b"&id=is.null" * (much // 20),
    ))  # fmt: skip


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _delete, _delete, _duplicate, _insert, _insert, _insert, _splice, _splice, _nest, _long,
)  # fmt: skip
