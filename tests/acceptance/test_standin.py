"""`seatrial standin`: a target in a file, which a rehearsal takes in the target's place; and what it never is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.acceptance.release import BOATS, CREW

from seatrial.model.wishes import is_saved
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

FILE = "standin.json"
#: Writes the table anew; reads all of it.
MORE = {
    "20250301000200_token.sql": "ALTER TABLE public.boats ADD COLUMN token uuid DEFAULT gen_random_uuid();\n",
    "20250301000300_named.sql": "ALTER TABLE public.boats ALTER COLUMN name SET NOT NULL;\n",
}
SECRET = "the Flying Dutchman"


@pytest.fixture
def saved(release: Release, seatrial: Console, target: Target) -> Target:
    """The first file is on the target, with rows; a stand-in is saved, and more files are pending."""
    release.add(BOATS)
    seatrial("deploy", *target.unrehearsed, code=0)
    with connect(target.dsn) as connection:
        connection.execute("INSERT INTO public.boats SELECT n, %s FROM generate_series(1, 20000) AS n", [SECRET])
        connection.execute("ANALYZE public.boats")
        connection.execute("CREATE POLICY everybody ON public.boats USING (true)")
    with target.untouched():
        answer = seatrial("standin", "--target", target.dsn, "--out", FILE, code=0)
    assert answer.lines[-1] == f"✓ The stand-in for the given DSN is in {FILE}, without rows and sample values."
    assert f"seatrial rehearse --from {FILE}" in answer.out
    release.add(CREW | MORE)
    return target


def seen(answer: dict[str, Any]) -> dict[str, Any]:
    """What a rehearsal found, without what it measured."""
    result = answer["result"]
    findings = [(one["code"], one["place"], one["what"]) for one in result["findings"]]
    locks = [
        (run["text"], [(lock["relation"], lock["mode"], lock["existed"]) for lock in run["evidence"]["locks"]])
        for each in result["execution"]["runs"]
        for run in each["statements"]
    ]
    timed = [(one["place"], one["statement"]["rows"], one["statement"]["tables"]) for one in result["timings"]]
    keep = ("start", "target_server", "fingerprint", "objects", "not_carried", "gaps", "edits", "questions")
    return {"findings": findings, "locks": locks, "timed": timed, **{name: result[name] for name in keep}}


def test_the_file_tells_what_the_target_tells(saved: Target, seatrial: Console) -> None:
    from_file = seatrial("rehearse", "--from", FILE, "--format", "json", code=0)
    from_target = seatrial("rehearse", "--from", saved.dsn, "--no-values", "--format", "json", code=0)

    assert seen(from_file.json) == seen(from_target.json)
    assert {code for code, _, _ in seen(from_file.json)["findings"]} >= {"LCK008", "LCK009"}
    assert {rows for _, rows, _ in seen(from_file.json)["timed"]} == {20_000}, "the target's size"
    assert from_file.json["next"] == [], "who has the file does not deploy"


@pytest.mark.usefixtures("saved")
def test_a_proof_takes_it_as_well(seatrial: Console) -> None:
    answer = seatrial("prove", "syntax", "order", "--from", FILE, code=0)
    assert "a stand-in for the given DSN" in answer.out


def test_no_row_is_in_it_unless_somebody_asks(saved: Target, seatrial: Console, release: Release) -> None:
    assert SECRET not in (release.root / FILE).read_text(encoding="utf-8")
    assert "only-for" not in (release.root / FILE).read_text(encoding="utf-8")
    answer = seatrial("standin", "--target", saved.dsn, "--out", FILE, "--values", code=0)
    assert SECRET in (release.root / FILE).read_text(encoding="utf-8")
    assert "with sample values, which are values of rows" in answer.lines[-1]


#: As Supabase makes a database webhook.
WEBHOOK = """
CREATE FUNCTION public.hook() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM tg_argv[1]::json; RETURN new; END $$;
CREATE TRIGGER hook AFTER INSERT ON public.boats FOR EACH ROW EXECUTE FUNCTION
  public.hook('https://x.example/SEKRET', '{"Authorization":"Bearer SEKRET"}', 'POST', '5000');
CREATE EXTENSION postgres_fdw;
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'SEKRET.example', port '5433');
CREATE FOREIGN TABLE public.far (id integer OPTIONS (column_name 'SEKRET')) SERVER far OPTIONS (table_name 'SEKRET');
CREATE FUNCTION public.call() RETURNS text LANGUAGE sql AS $$ SELECT 'Bearer TOKEN-of-the-body' $$;
"""


def test_what_may_be_a_key_is_masked_or_pointed_at(saved: Target, seatrial: Console, release: Release) -> None:
    saved.execute(WEBHOOK)
    answer = seatrial("standin", "--target", saved.dsn, "--out", FILE, code=0)
    assert "! function public.call() holds what looks like a token or a key: it is in the file as it is" in answer.out
    assert "masked: arguments of trigger public.boats.hook" in answer.out
    assert "masked: options of foreign server far" in answer.out
    assert "TOKEN" not in answer.said
    assert "SEKRET" not in answer.said + (release.root / FILE).read_text(encoding="utf-8")

    result = seatrial("rehearse", "--from", FILE, "--format", "json", code=0).json["result"]
    lacking = [one["what"] for one in result["not_carried"]]
    assert [what for what in lacking if "hook" in what or "far" in what] == []


@pytest.mark.usefixtures("saved")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("rehearse", "--from", FILE, "--plan", "release.plan"), "plan.no-target"),
        (("rehearse", "--from", FILE, "--preflight"), "standin.no-rows"),
        (("rehearse", "--from", FILE, "--sample", "5"), "standin.no-rows"),
        (("prove", "safety", "--from", FILE, "--preflight"), "standin.no-rows"),
        (("deploy", "--target", FILE), "target.bad-name"),
        (("verify", "--target", FILE), "target.bad-name"),
        (("rehearse", "--from", "other.json"), "standin.unusable"),
    ],
)
def test_what_needs_the_target_itself_is_refused(words: tuple[str, ...], code: str, seatrial: Console) -> None:
    assert seatrial(*words, code=2).error["code"] == code


@pytest.mark.usefixtures("saved")
def test_a_plan_cannot_be_made_of_it_by_accident(seatrial: Console, release: Release) -> None:
    seatrial("rehearse", "--from", FILE, "--plan", "release.plan", code=2)
    assert not (release.root / "release.plan").exists()


def _without(part: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        content = json.loads(text)
        del content["standin"][part]
        return json.dumps(content)

    return change


@pytest.mark.usefixtures("saved")
@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda text: text[:-200], "no stand-in"),
        (lambda text: text.replace("everybody", "nobody"), "edited"),
        (lambda text: text.replace('"format": 1', '"format": 99', 1), "format 99"),
        (_without("sizes"), "edited"),
        (lambda _: "[]", "no stand-in"),
        (lambda _: '{"format": 1, "digest": "", "standin": []}', "edited"),
        (lambda _: "[" * 100_000, "no stand-in"),
    ],
)
def test_a_damaged_or_edited_file_is_refused(
    damage: Callable[[str], str], why: str, seatrial: Console, release: Release
) -> None:
    path = release.root / FILE
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    error = seatrial("rehearse", "--from", FILE, code=2).error
    assert error["code"] == "standin.unusable"
    assert why in error["why"]


def test_a_name_that_would_be_taken_for_a_target_is_refused(
    release: Release, seatrial: Console, target: Target
) -> None:
    for name in ("standin", "a=b.json"):
        error = seatrial("standin", "--target", target.dsn, "--out", name, code=2).error
        assert error["code"] == "standin.bad-name"
    error = seatrial("standin", "--target", target.dsn, "--out", "no/folder.json", code=2).error
    assert error["code"] == "document.unwritable"
    assert list(release.root.iterdir()) == []


@pytest.mark.parametrize("start", ["production", "nothing", "postgresql://h/d.json", "host=h sslkey=k.json", "a.jsonl"])
def test_what_is_no_file_is_not_taken_for_one(start: str) -> None:
    assert not is_saved(start)
