"""Whatever lies in a file, the rules answer: with findings at places that exist, never with a traceback."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.model.source import Encoding, Source
from seatrial.rules.registry import rules
from seatrial.rules.run import run
from seatrial.sql.parse import parse

_CORPUS = sorted(
    {
        file.content.decode("utf-8", errors="ignore").replace("\0", "")
        for rule in rules()
        for folder in rule.page().bad + rule.page().good
        for file in folder.files
        if file.content
    }
)
_CUTS = st.tuples(
    st.sampled_from(_CORPUS),
    st.integers(0, 400),
    st.integers(0, 60),
    st.sampled_from(["", "'", "$$", "/*", "\\", ";", ")", "\ufeff"]),
)


@given(st.lists(_CUTS, min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_a_mutilated_file_has_findings_at_places_that_exist(parts: list[tuple[str, int, int, str]]) -> None:
    text = "".join(each[:at] + put + each[at + gone :] for each, at, gone, put in parts)
    script = parse(
        Source(path="m/20250122000000_a.sql", version="20250122000000", name="a", encoding=Encoding.UTF8, text=text)
    )

    findings = run([script])

    lines = text.split("\n")
    for finding in findings:
        place = finding.place
        assert finding.what.isprintable()
        assert place.line == 0 or lines[place.line - 1].rstrip("\r") == place.source_line
        assert place.column <= len(place.source_line) + 2
    assert script.fault is None or any(finding.code.startswith("SYN") for finding in findings)


@given(
    st.lists(
        st.from_regex(r"[vV]?[0-9]{0,18}[_\-. ]?[a-z]{0,3}(\.down)?\.(sql|SQL|txt)", fullmatch=True),
        max_size=8,
        unique=True,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_file_names_are_judged(names: list[str]) -> None:
    scripts = []
    for name in names:
        digits, underscore, rest = name.partition("_")
        is_migration = bool(underscore) and digits.isascii() and digits.isdigit() and name.endswith(".sql")
        version, called = (digits, rest.removesuffix(".sql")) if is_migration else ("", name)
        source = Source(path=f"m/{name}", version=version, name=called, encoding=Encoding.UTF8, text="select 1;")
        scripts.append(parse(source))

    findings = run(scripts)

    assert {finding.place.path for finding in findings} <= {f"m/{name}" for name in names}
    skipped = {f"m/{name}" for name, script in zip(names, scripts, strict=True) if not script.source.version}
    assert {each.place.path for each in findings if each.code == "FIL001"} == {
        path for path in skipped if path.lower().endswith(".sql")
    }
