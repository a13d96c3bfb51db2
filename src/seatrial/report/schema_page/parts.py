"""One table, view or function of the reference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.report.schema_page.access import callers, grants, policy
from seatrial.report.schema_page.cells import code, listed, paragraph, table, title, words
from seatrial.report.schema_page.serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.reference import (
        ReferenceColumn,
        ReferenceFunction,
        ReferenceIndex,
        ReferenceTable,
        ReferenceTrigger,
    )
    from seatrial.model.workload import WorkloadQuery

__all__ = ["VIEWS", "function_lines", "relation_lines"]

VIEWS = frozenset({"view", "materialized view"})
NO_COMMENT = "*No comment.*"
#: With its schema, in quotes where it needs them.
NAME = r'(?:"(?:[^"]|"")*"|[^\s"])+'


def relation_lines(one: ReferenceTable, queries: Sequence[WorkloadQuery], known: Mapping[str, str]) -> Iterator[str]:
    """A table or a view with all that hangs on it.

    Args:
        one: the table.
        queries: the workload.
        known: tables that the page has a heading for, each with the anchor of that.
    """
    yield from (f"### {title(one.full_name)}", "", paragraph(one.comment) if one.comment else NO_COMMENT, "")
    if fact := _kind(one):
        yield from (fact, "")
    head = (
        ("column", "type", "comment") if one.kind in VIEWS else ("column", "type", "null", "default", "key", "comment")
    )
    yield from table(head, (_column(one, column, known) for column in one.columns))
    yield from _constraints(one)
    yield from _access(one)
    yield from _indexes(one, queries)
    if one.triggers:
        yield from ("**Triggers**", "")
        yield from (f"- {code(each.name)}: {_trigger(each)}" for each in one.triggers)
        yield ""


def function_lines(one: ReferenceFunction) -> Iterator[str]:
    """A function, with who may call it."""
    heading = f"{one.schema}.{one.name}"
    yield from (f"### {title(heading)}", "", paragraph(one.comment) if one.comment else NO_COMMENT, "")
    yield f"- {one.kind.capitalize()} in {one.language}: {code(f'{heading}({one.arguments})')}"
    if one.returns:
        yield f"- Returns {code(one.returns)}"
    yield f"- May be called by {callers(one)}"
    if one.security_definer:
        yield "- **Security definer**: it does what its owner may, whoever calls it"
    yield ""


def _kind(one: ReferenceTable) -> str:
    if one.kind == "view":
        reads = (
            "whoever asks (`security_invoker`)" if one.invoker else "its owner: policies of those who ask do not apply"
        )
        return f"A view that reads as {reads}."
    said = f"A {one.kind}{f' of {code(one.parent)}' if one.kind == 'partition' else ''}."
    return "" if one.kind == "table" else said


def _column(one: ReferenceTable, column: ReferenceColumn, known: Mapping[str, str]) -> tuple[str, ...]:
    if one.kind in VIEWS:
        return code(column.name), code(column.type), words(column.comment)
    default = f"generated: {code(column.default)}" if column.generated else column.default and code(column.default)
    null = "null" if column.nullable else "not null"
    return code(column.name), code(column.type), null, default, _keys(one, column, known), words(column.comment)


def _keys(one: ReferenceTable, column: ReferenceColumn, known: Mapping[str, str]) -> str:
    primary = ["primary"] if column.name in one.primary_key else []
    return ", ".join((*primary, *(f"→ {_link(k.parent, known)}" for k in one.foreign_keys if column.name in k.columns)))


def _link(name: str, known: Mapping[str, str]) -> str:
    return f"[{title(name)}]({known[name]})" if name in known else code(name)


def _constraints(one: ReferenceTable) -> Iterator[str]:
    if one.constraints:
        yield from ("**Constraints**", "")
        for each in one.constraints:
            yield f"- {code(each.name)}: {code(each.definition)}{_remark(each.comment)}"
        yield ""


def _access(one: ReferenceTable) -> Iterator[str]:
    yield from ("**Access**", "")
    said = grants(one)
    yield from (f"- {line}" for line in said)
    if not said:
        yield "- Nobody but the owner may touch it."
    if one.kind not in VIEWS:
        yield f"- {_row_security(one)}"
    yield ""
    if one.policies:
        yield from table(
            ("policy", "in words", "condition", "comment"),
            ((code(each.name), policy(each), _conditions(each.using, each.check), words(each.comment))
             for each in one.policies),
        )  # fmt: skip


def _row_security(one: ReferenceTable) -> str:
    if not one.row_security:
        return "Row-level security is **off**: whoever may touch the table reaches every row."
    forced = ", the owner's access too" if one.forced else ""
    if one.policies:
        return f"Row-level security is on{forced}: but for roles that bypass it, only what a policy allows."
    return f"Row-level security is on{forced}, without a policy: only roles that bypass it reach a row."


def _conditions(using: str, check: str) -> str:
    parts = [f"using {code(using)}"] if using else []
    parts += [f"with check {code(check)}"] if check and check != using else []
    return "<br>".join(parts) + (" and the same with check" if check and check == using else "")


def _indexes(one: ReferenceTable, queries: Sequence[WorkloadQuery]) -> Iterator[str]:
    served = {each.name: serving(each, one.schema, queries) for each in one.indexes}
    own = [each for each in one.indexes if not each.constraint or served[each.name]]
    if own:
        yield from ("**Indexes**", "")
        yield from table(
            ("index", "on", "serves", "comment"),
            ((code(each.name), _on(each), _serves(served[each.name]), words(each.comment)) for each in own),
        )


def _on(index: ReferenceIndex) -> str:
    unique = "unique " if index.unique else ""
    head = rf"^CREATE (?:UNIQUE )?INDEX {NAME} ON (?:ONLY )?{NAME} USING "
    return unique + code(re.sub(head, "", index.definition))


def _serves(queries: Sequence[WorkloadQuery]) -> str:
    return "<br>".join(f"{code(each.name)} as {code(each.role)}: {code(each.sql)}" for each in queries)


def _trigger(one: ReferenceTrigger) -> str:
    found = re.search(
        r" (?P<when>BEFORE|AFTER|INSTEAD OF) (?P<events>.+?) ON .* FOR EACH (?P<each>ROW|STATEMENT)"
        r"(?: WHEN \((?P<only>.*)\))? EXECUTE FUNCTION (?P<call>.*)$",
        one.definition, re.DOTALL,
    )  # fmt: skip
    if not found:
        return code(one.definition) + _remark(one.comment)
    events = listed(found["events"].split(" OR "), "or")
    only = f" where {code(found['only'])}" if found["only"] else ""
    off = "" if one.enabled else " (**off**)"
    moment = f"{found['when'].lower()} {events}, for each {found['each'].lower()}{only}"
    return f"{moment}, runs {code(found['call'])}{off}{_remark(one.comment)}"


def _remark(comment: str) -> str:
    return f": {words(comment)}" if comment else ""
