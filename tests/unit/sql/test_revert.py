"""What takes a file back, as its author wrote it: where it is found, and what cannot be one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.model.migration import StepKind, migration_of
from seatrial.model.place import place_at
from seatrial.model.source import Encoding, Source
from seatrial.rules.run import run
from seatrial.sql.parse import parse
from seatrial.sql.revert import revert_of

if TYPE_CHECKING:
    from seatrial.model.source import Script


def script(text: str, down: str | None = None) -> Script:
    """A file with this text, and perhaps one beside it."""
    beside = None if down is None else source("m/1_a.down.sql", down)
    return parse(Source(path="m/1_a.sql", version="1", name="a", encoding=Encoding.UTF8, text=text, down=beside))


def source(path: str, text: str) -> Source:
    """A file as it was read."""
    return Source(path=path, version="1", name="a.down", encoding=Encoding.UTF8, text=text)


def statements(found: Script) -> list[str]:
    """Of its way back."""
    back = revert_of(found)
    assert back
    return [one.text for one in back.statements]


def faults(found: Script) -> list[tuple[str, int, str]]:
    """What is found in it: path, line, words."""
    return [(one.place.path, one.place.line, one.what) for one in run([found]) if one.code == "TXN011"]


@pytest.mark.parametrize(
    "comment",
    [
        "-- seatrial: revert\n-- drop view v;\n-- drop table t;",
        "-- seatrial: revert drop view v;\n-- drop table t;",
        "-- Seatrial : revert: drop view v;\n--\n--   drop table t",
        "  --seatrial:revert\n  -- drop view v;\n  -- drop table t",
        "/* seatrial: revert\ndrop view v;\ndrop table t;\n*/",
        "/* seatrial: revert drop view v; drop table t */",
        "-- seatrial: revert\r\n-- drop view v;\r\n-- drop table t;\r",
    ],
)
@pytest.mark.parametrize("at", ["{}\nselect 1;", "select 1;\n{}\nselect 2;", "select 1;\n{}", "select 1\n{}", "{}"])
def test_it_is_read_wherever_it_stands(comment: str, at: str) -> None:
    found = script(at.format(comment))
    assert statements(found) == ["drop view v", "drop table t"]
    assert faults(found) == []
    assert "drop" not in " ".join(one.text for one in found.statements if "seatrial" not in one.text.lower())


def test_it_has_the_version_and_the_name_of_its_file() -> None:
    for found in (script("-- seatrial: revert\n-- select 1"), script("select 2", down="select 1")):
        back = revert_of(found)
        assert back
        assert migration_of(back).label == "1_a"
    assert revert_of(script("select 1")) is None


def test_it_is_at_its_own_place() -> None:
    text = "select 'é';\n  -- seatrial: revert\n  --   drop table t;\nselect 2;"
    back = revert_of(script(text))
    assert back
    [statement] = back.statements
    assert statement.start == text.index("drop")
    assert place_at("a", back.source.text, statement.start).line == 3
    assert script(text).revert.text == "drop table t;"  # type: ignore[union-attr]


def test_comments_to_seatrial_work_inside_of_it() -> None:
    found = script(
        "-- seatrial: revert\n-- alter table t add b int;\n-- -- seatrial: batch key=id size=7 triggers=off\n"
        "-- update t set b = 1;\n-- -- seatrial: assert\n-- --   not exists (select from t where b is null)\n"
        "-- drop table u;\n-- -- Only a word.\nselect 1;"
    )
    back = revert_of(found)
    assert back
    migration = migration_of(back)
    assert [one.kind for one in migration.steps] == [StepKind.TRANSACTION, StepKind.BATCH, StepKind.TRANSACTION]
    batch = migration.steps[1].statements[0].batch
    assert batch
    assert (batch.size, batch.triggers_off) == (7, True)
    assert [one.text for one in back.assertions] == ["not exists (select from t where b is null)"]
    assert (found.assertions, [one.batch for one in found.statements], faults(found)) == ((), [None], [])


def test_what_stands_beside_it_is_none_of_it() -> None:
    text = "-- seatrial: revert\n-- select 1;\n\n-- not this\n  -- nor this\nselect 2; -- nor that"
    assert statements(script(text)) == ["select 1"]


def test_a_file_is_the_same_with_it_and_without() -> None:
    assert script("select 1; -- seatrial: revert select 2").digest == script("select 1").digest


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("select 1;\n-- seatrial: revert\n", 2, "it says nothing that takes the file back"),
        ("select 1;\n-- seatrial: revert\n-- drop tabel t;", 3, "it is no SQL that takes the file back: syntax error"),
        ("/* seatrial: revert\n\n drop tabel t; */", 3, "it is no SQL that takes the file back: syntax error"),
        ("-- seatrial: revert select 1\n\n-- seatrial: revert select 2", 3, "line 1 says already what takes the file"),
        ("-- seatrial: revert\n-- -- seatrial: batch key=id\n-- delete from t", 2, "no UPDATE and no INSERT"),
        ("-- seatrial: revert\n-- -- seatrial: revert select 1", 2, "what takes a file back is not taken back itself"),
        ("do $$ begin\n-- seatrial: revert\n-- select 1;\nend $$", 2, "it stands in a body, where nobody looks for it"),
    ],
)  # fmt: skip
def test_one_that_cannot_be_followed(text: str, line: int, why: str) -> None:
    [(path, at, what)] = faults(script(text))
    assert (path, at) == ("m/1_a.sql", line)
    assert why in what


def test_a_file_beside_it_that_cannot_be_followed() -> None:
    [(path, line, what)] = faults(script("select 1", down="select 1;\ndrop tabel t;"))
    assert (path, line) == ("m/1_a.down.sql", 2)
    assert "it is no SQL that takes the file back" in what


def test_both_of_them_are_one_too_many() -> None:
    [(path, line, what)] = faults(script("select 1;\n-- seatrial: revert select 2", down="select 1;"))
    assert (path, line) == ("m/1_a.sql", 2)
    assert what.endswith("m/1_a.down.sql, beside the file, takes it back as well")
