#!/usr/bin/env python3
"""Writes docs/reference/ from the code: commands, settings, rules, proofs, errors, metrics, the dialect, and more.

    python docs/generate.py            write the pages
    python docs/generate.py --check    say which page is not current, and end with 1

What the code knows is written here in no other words; only the meaning of settings comes from docs/settings.toml.
"""

from __future__ import annotations

import ast
import inspect
import sys
import tomllib
import types
from collections import Counter
from dataclasses import dataclass, fields
from datetime import date
from enum import EnumType
from importlib import import_module
from json import dumps, loads
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import typer
from pydantic import BaseModel
from typer.models import ArgumentInfo, ParameterInfo

from integrations_hub import settings as hub
from integrations_hub.providers.registry import folders
from seatrial.cli.app import with_additions
from seatrial.errors import CannotRun, Exit
from seatrial.model.outcome import Body, Outcome
from seatrial.model.proof import Verdict
from seatrial.model.reversal import Reversibility
from seatrial.model.signal import Effect
from seatrial.monitoring.signals import SIGNALS
from seatrial.project.settings import Settings, SupabaseConfig
from seatrial.proofs.registry import CLAIMS, proofs
from seatrial.report import json
from seatrial.report.prometheus import FIXED, MOST_SUBJECTS, metric_of
from seatrial.report.schema import schema
from seatrial.rules.registry import rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from seatrial.proofs.registry import ProofFile
    from seatrial.report.prometheus import Metric
    from seatrial.rules.registry import Rule

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src"
REFERENCE = ROOT / "docs" / "reference"
KINDS = ROOT / "tests" / "postgres" / "rollback" / "kinds"
DIALECT = ROOT / "tests" / "hub" / "clients" / "dialect"
NOTICE = "<!-- Written by docs/generate.py from the code; change the code, then run it again. -->"
MEANINGS = tomllib.loads((ROOT / "docs" / "settings.toml").read_text(encoding="utf-8"))

#: What each exit code says; a code without words here stops the generator.
EXITS = {
    Exit.YES: "yes",
    Exit.NO: "no, and nothing of this run remains in the database",
    Exit.COULD_NOT_RUN: "could not run: usage, settings, no connection, no scratch, or a fault in Seatrial",
    Exit.REMAINS: "something of this run remains: *consistent, run again*, or *unknown, a person is needed*",
    Exit.INTERRUPTED: "interrupted with Ctrl-C; `deploy` says what remains",
}
#: What stands in every document; other keys than those that are printed stop the generator.
ENVELOPE = {
    "ok": "whether the answer is yes",
    "exit_code": "a number, see below",
    "command": "which command answered",
    "summary": "the last line of the text: one sentence with the answer",
    "next": "commands to go on with, ready to copy",
    "result": "what was found out; it depends on the command, and is null on an error",
    "error": "`code`, `what`, `where`, `why` and `fix` of an [error](errors.md), or null",
}
#: What each verdict says; one without words here stops the generator.
VERDICTS = {
    Verdict.PASSED: "the evidence supports the claim, and nothing speaks against it",
    Verdict.FAILED: "something speaks against the claim",
    Verdict.INCONCLUSIVE: "the proof was run, and the evidence does not decide it",
    Verdict.BROKEN: "the proof itself could not run, which is a fault in Seatrial",
    Verdict.NOT_APPLICABLE: "the release has nothing that the claim could be about",
}
#: What each verdict on a way back says; one without words here stops the generator.
REVERSIBILITY = {
    Reversibility.REVERSIBLE: "nothing has to be kept",
    Reversibility.WITH_ARCHIVE: "rows or values are put away, by the deployment or by the rollback, and given back",
    Reversibility.NOT: "the reason is named before the deployment, or the rollback stops at it and no row is lost",
}

#: What a signal does; an effect without words here stops the generator.
EFFECTS = {
    Effect.FAILS: "the release has failed where it is tied to it, otherwise a person is asked",
    Effect.ASKS: "a person is asked",
    Effect.NOTES: "it is shown and told",
}


def stale() -> list[str]:
    """The pages that are not what the code says now."""
    return [page.name for page, text in _pages() if not page.is_file() or page.read_text(encoding="utf-8") != text]


def write() -> None:
    """Bring every page up to date."""
    for page, text in _pages():
        page.write_text(text, encoding="utf-8")


def _pages() -> Iterator[tuple[Path, str]]:
    makers: dict[str, Callable[[], Iterable[str]]] = {
        "commands": _commands, "settings": _settings, "rules": _rules, "proofs": _proofs, "json": _json,
        "errors": _errors, "reversible": _reversible, "metrics": _metrics, "hub-dialect": _dialect,
        "hub-settings": _hub_settings, "hub-providers": _hub_providers,
    }  # fmt: skip
    for name, maker in makers.items():
        yield REFERENCE / f"{name}.md", "\n".join([NOTICE, "", *maker()]).rstrip() + "\n"
    yield REFERENCE / "outcome.schema.json", dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _table(head: tuple[str, ...], lines: Iterable[Iterable[str]]) -> Iterator[str]:
    def line(cells: Iterable[str]) -> str:
        return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

    yield from (line(head), line("---" for _ in head), *map(line, lines), "")


# Commands ----------------------------------------------------------------------------------------------


def _commands() -> Iterator[str]:
    root: Any = typer.main.get_command(with_additions())
    yield from ("# Commands", "", root.help, "")
    yield from ("`seatrial --version` prints the version; `-h` or `--help` after any command prints its help.", "")
    for name, command in root.commands.items():
        yield from _command(name, command)
    yield from ("## Exit codes", "")
    yield from _table(("code", "answer"), ((f"**{code.value}**", EXITS[code]) for code in Exit))
    yield from _shape()


def _command(name: str, command: Any) -> Iterator[str]:  # noqa: ANN401 - typer gives its classes no stable names
    parameters = _parameters(command.callback)
    arguments = [word if required else f"[{word}]" for word, required, _, _ in parameters if not word.startswith("-")]
    group = getattr(command, "commands", {})
    words = ("seatrial", name, *arguments, "[OPTIONS]")
    yield from (f"## seatrial {name}", "", f"{inspect.getdoc(command.callback)}", "", f"    {' '.join(words)}", "")
    yield from _table(
        ("argument or option", "", "meaning"),
        ((f"`{word}`", "required" if required else default, said) for word, required, default, said in parameters),
    )
    for below, inner in group.items():
        yield from _command(f"{name} {below}", inner)


def _parameters(callback: Callable[..., Any]) -> list[tuple[str, bool, str, str]]:
    """Word, required, default and meaning of each parameter, as our own signatures declare them."""
    found = []
    for parameter in inspect.signature(callback, eval_str=True).parameters.values():
        annotation, *metadata = get_args(parameter.annotation) or (parameter.annotation,)
        info = next((each for each in metadata if isinstance(each, ParameterInfo)), None)
        if info is not None:
            required = parameter.default is inspect.Parameter.empty
            default = "" if required else _default(info, parameter.default)
            found.append((_word(parameter.name, info, annotation), required, default, info.help or ""))
    return found


def _word(name: str, info: ParameterInfo, annotation: object) -> str:
    many = "…" if "list" in str(annotation) else ""
    if isinstance(info, ArgumentInfo):
        return f"{name.upper()}{many}"
    # Inside Annotated, typer's first positional argument is a declaration although it is called a default.
    declared = [each for each in (info.default, *(info.param_decls or ())) if str(each).startswith("-")]
    option = str(declared[0]) if declared else f"--{name.replace('_', '-')}"
    if annotation is bool:
        return option
    choices = "|".join(str(each.value) for each in annotation) if isinstance(annotation, EnumType) else "TEXT"  # type: ignore[var-annotated]
    return f"{option} {choices}"


def _default(info: ParameterInfo, default: object) -> str:
    if isinstance(info.show_default, str):
        return f"default: {info.show_default}"
    return f"default: `{default}`" if default and not isinstance(default, bool) else ""


def _shape() -> Iterator[str]:
    yield from ("## What is printed", "")
    yield from (
        "Results go to standard output, progress and questions to standard error.",
        "The last line of text is one sentence with the answer, after ✓ or ✗.",
        "`--format json` prints one document of [the same shape](json.md) for every command.",
    )


# JSON --------------------------------------------------------------------------------------------------


def _json() -> Iterator[str]:
    yield from (
        "# JSON",
        "",
        "`--format json` prints one document on standard output, of one shape for every command.",
        "It is there whatever the answer is, an error of usage excepted, which the command line's own parser reports.",
        "Progress stays on standard error.",
        "",
        "## The envelope",
        "",
    )
    yield from _table(("key", "meaning"), ((f"`{key}`", said) for key, said in ENVELOPE.items()))
    answer = Outcome(command="status", summary="production is up to date: 12 migrations applied.")
    error = CannotRun("target.unknown", "no target is named 'prod'", where="seatrial.toml", fix="seatrial link prod")
    for text in (json.outcome(answer), json.error(error, "status")):
        if loads(text).keys() != ENVELOPE.keys():
            raise SystemExit("ENVELOPE and what --format json prints differ")
        yield from ("```json", text, "```", "")
    yield from (
        "Keys are added without notice, and not taken away; a reader passes over what it does not know.",
        "The [JSON Schema](outcome.schema.json) of all of it is written from the same records.",
        "",
        "## Exit codes",
        "",
        "`exit_code` is what the process ends with; `ok` is true for 0 and for nothing else.",
        "",
    )
    yield from _table(("code", "answer"), ((f"**{code.value}**", EXITS[code]) for code in Exit))
    yield from ("## The result", "", "What `result` holds, by command.", "")
    for body in get_args(Body):
        said, keys = inspect.getdoc(body) or "", ", ".join(f"`{field.name}`" for field in fields(body))
        yield from (f"- {said.rstrip('.')}: {keys}.",)


# Settings ----------------------------------------------------------------------------------------------


def _settings() -> Iterator[str]:
    yield from (
        "# Settings",
        "",
        "A release folder needs no settings; each of these has a default or belongs to something optional.",
        "A key that is misspelt is an error (`settings.invalid`), not a setting that silently does nothing.",
        "A value `env(NAME)` is taken from that variable of the environment, so that no secret is in a file.",
        "",
        "## seatrial.toml",
        "",
    )
    yield from _section(Settings, "seatrial.toml")
    yield from (
        "## supabase/config.toml",
        "",
        "The Supabase command line's own settings; Seatrial reads these keys and leaves the others alone.",
        "",
    )
    yield from _section(SupabaseConfig, "supabase/config.toml")
    yield from ("## Environment", "")
    yield from _table(("variable", "meaning"), ((f"`{name}`", said) for name, said in MEANINGS["environment"].items()))


def _section(model: type[BaseModel], file: str) -> Iterator[str]:
    keys = dict(_keys(model, ""))
    if keys.keys() != MEANINGS[file].keys():
        raise SystemExit(f"docs/settings.toml and the models differ: {sorted(keys.keys() ^ MEANINGS[file].keys())}")
    lines = ((f"`{key}`", *facts, MEANINGS[file][key]) for key, facts in keys.items())
    yield from _table(("key", "type", "default", "meaning"), lines)


def _keys(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for name, field in model.model_fields.items():
        inner, infix = _model_in(field.annotation)
        if inner:
            yield from _keys(inner, f"{prefix}{name}.{infix}")
        else:
            yield (
                f"{prefix}{field.alias or name}",
                (_type(field.annotation), "required" if field.is_required() else _value(field)),
            )


def _model_in(annotation: Any) -> tuple[type[BaseModel] | None, str]:  # noqa: ANN401 - any annotation
    """The model that an annotation holds, alone, by name or in a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    for held in get_args(annotation):
        if isinstance(held, type) and issubclass(held, BaseModel):
            return held, "NAME." if get_origin(annotation) is dict else ""
    return None, ""


def _type(annotation: Any) -> str:  # noqa: ANN401 - any annotation
    names = {
        str: "text", int: "number", float: "number", bool: "true or false", date: "date", type(None): "",
        Any: "anything",
    }  # fmt: skip
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is dict:
        return "table"
    if origin is tuple:
        each = _type(inner[0])
        return f"list of {each}{'' if each.startswith('`') else 's'}"
    if origin is Annotated:
        return _type(inner[0])
    if origin is Literal:
        return " or ".join(f"`{each}`" for each in inner)
    if origin in {types.UnionType, Union}:
        return " or ".join(dict.fromkeys(filter(None, map(_type, inner))))
    return names[annotation]


def _value(field: Any) -> str:  # noqa: ANN401 - pydantic's FieldInfo
    default = list(field.default) if isinstance(field.default, tuple) else field.default
    return f"`{dumps(default)}`" if default not in (None, "", [], {}) else ""


# Rules -------------------------------------------------------------------------------------------------


def _rules() -> Iterator[str]:
    yield from (
        "# Rules",
        "",
        "What `seatrial check` looks for, and what `rehearse`, `deploy` and `verify` refuse when it blocks.",
        "A rule that is seen by `rehearse` judges what each statement did on a real server.",
        "What one that is seen by both has read, a rehearsal confirms, gives figures, or withdraws.",
        "Each page says what the rule finds, why it matters, bad and good SQL, how to fix it and what it cannot see;",
        "`seatrial explain CODE` prints it.",
        "",
    )
    yield from _table(
        ("rule", "name", "level", "seen by", "page"),
        (
            (
                each.code, each.name, each.level.value, _seen_by(each),
                f"[{each.page().title}]({_link(each.module)})",
            )
            for each in rules()
        ),
    )  # fmt: skip


def _seen_by(rule: Rule) -> str:
    reads = rule.check or rule.read or rule.review
    measures = ["`prove performance`"] if rule.measure else []
    return ", ".join([*(["`check`"] if reads else []), *(["`rehearse`"] if rule.judge else []), *measures])


def _link(module: str) -> str:
    return f"../../src/{module.replace('.', '/')}.md"


# Proofs ------------------------------------------------------------------------------------------------


def _proofs() -> Iterator[str]:
    yield from (
        "# Proofs",
        "",
        "The six claims that a release makes, and what `seatrial prove` has to say about each.",
        "A proof judges evidence of a rehearsal, and each has examples that it must fail on.",
        "`seatrial explain NAME` prints a proof's page.",
        "",
    )
    lines = ((_proof_link(each), CLAIMS[each.name], each.claim) for each in proofs())
    yield from _table(("proof", "the release is", "what is claimed"), lines)
    yield from ("## Verdicts", "", "`prove` answers yes where every verdict lets the release through.", "")
    yield from _table(
        ("verdict", "lets through", "meaning"),
        ((each.value, "yes" if each.lets_through else "no", VERDICTS[each]) for each in Verdict),
    )
    for each in proofs():
        yield from (*_one_deeper(each.page.splitlines()), "")


def _proof_link(proof: ProofFile) -> str:
    anchor = f"{proof.name} {CLAIMS[proof.name]}".replace(" ", "-")
    return f"[`{proof.name}`](#{anchor})"


def _one_deeper(lines: Iterable[str]) -> Iterator[str]:
    """A page as a chapter of another: its headings are one level lower, and what is fenced stays."""
    fenced = False
    for line in lines:
        fenced ^= line.startswith("```")
        yield f"#{line}" if line.startswith("#") and not fenced else line


# Kinds of change ---------------------------------------------------------------------------------------


def _reversible() -> Iterator[str]:
    families = {path.stem.replace("_", " "): _toml(path)["kind"] for path in sorted(KINDS.glob("*.toml"))}
    found = Counter(Reversibility(kind["verdict"]) for kinds in families.values() for kind in kinds)
    yield from (
        "# What can be taken back",
        "",
        f"{found.total()} kinds of change, each tried on a real server with rows in every table:",
        "deployed, written to by applications, rolled back, and deployed again.",
        "After the rollback the schema and every row of the old tables have to be as if the change had never been,",
        "with what applications have written to them since; what they have written to anything else is in the archive;",
        "and after the second deployment all of it is back.",
        "This page is made from the cases in `tests/postgres/rollback/kinds`, which the tests run as they stand.",
        "",
    )
    yield from _table(
        ("verdict", "kinds", "meaning"), ((one.value, str(found[one]), REVERSIBILITY[one]) for one in Reversibility)
    )
    for family, kinds in families.items():
        yield from (f"## {family}", "")
        yield from _table(
            ("what the migration does", "verdict"),
            ((kind["name"], _verdict(kind)) for kind in kinds),
        )


def _verdict(kind: dict[str, Any]) -> str:
    limits = [kind.get("reason"), "its numbers begin again when it is deployed again" * kind.get("begins_again", False)]
    return ": ".join(filter(None, (kind["verdict"], *limits)))


def _toml(path: Path) -> Any:  # noqa: ANN401 - whatever is in it
    return tomllib.loads(path.read_text(encoding="utf-8"))


# Metrics -----------------------------------------------------------------------------------------------


def _metrics() -> Iterator[str]:
    yield from (
        "# Metrics",
        "",
        "What `GET /metrics` of `seatrial watch --serve` tells Prometheus; all of them are gauges, and names stay.",
        "What was not seen is absent and never zero: a series that ends is a gap, not a recovery.",
        f"Of one metric there are at most {MOST_SUBJECTS} series, the worst first.",
        "`target` is the name of the target, `query` with `role` a statement of `pg_stat_statements` by its queryid.",
        "`organization` is what a declared query calls somebody: whoever may scrape this sees it, as on the page.",
        "[Alert rules](../examples/prometheus/seatrial.rules.yml) are for whoever scrapes it as the job `seatrial`,",
        "[their tests](../examples/prometheus/seatrial.rules.test.yml) for `promtool test rules`.",
        "There is no dashboard to install: a watch has its own page.",
        "",
        "## The watch",
        "",
    )
    yield from _table(("metric", "labels", "meaning"), (_metric(one) for one in FIXED.values()))
    yield from ("## Signals", "")
    lines = ((*_metric(metric_of(one)), f"`{one.name}`", one.effect.value) for one in SIGNALS)
    yield from _table(("metric", "labels", "meaning", "signal", "effect"), lines)
    yield from ("What it does when a signal reaches its failure limit:", "")
    yield from (f"- {one.value}: {EFFECTS[one]}." for one in Effect)


def _metric(metric: Metric) -> tuple[str, str, str]:
    return f"`{metric.name}`", ", ".join(f"`{each}`" for each in metric.labels), metric.help


# Errors ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raised:
    code: str
    exit_code: int
    what: str
    fix: str


#: Codes that the page's introduction speaks of: a rule's, and a server's.
ELSEWHERE = {"first.code", "f'sql.{sqlstate}'"}
#: Stands for what only the running program knows.
UNKNOWN = "…"


def _errors() -> Iterator[str]:
    yield from (
        "# Errors",
        "",
        "Every error has a code, says what happened, where and why, and what to type next.",
        "The code is stable: it may be searched for, and scripts may rely on it.",
        "… stands for a name or a number of the case at hand.",
        "",
        "A finding that blocks is refused with the code of its [rule](rules.md).",
        "A statement that the server refuses has the code `sql.` and the server's SQLSTATE.",
        "",
    )
    found = sorted(set(_raised()), key=lambda each: (each.code, each.what, each.fix))
    for family in dict.fromkeys(each.code.split(".")[0] for each in found):
        yield from (f"## {family}", "")
        lines = [each for each in found if each.code.split(".")[0] == family]
        yield from _table(
            ("code", "exit", "what", "fix"),
            ((f"`{each.code}`", str(each.exit_code), each.what, each.fix) for each in lines),
        )


def _raised() -> Iterator[_Raised]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("*.py"))]
    # The hub has classes of the same names for what other programs say.
    trees = [ast.parse(text) for text in texts if "seatrial.errors" in text or "class SeatrialError" in text]
    exits = {name: int(found.exit_code) for name, found in _classes()}
    for tree in trees:
        for scope in ast.walk(tree):
            bases = [base.id for base in getattr(scope, "bases", ()) if isinstance(base, ast.Name)]
            if isinstance(scope, ast.ClassDef) and (known := [exits[base] for base in bases if base in exits]):
                calls = (call for call in ast.walk(scope) if _is_super(call))
                yield from (each for call in calls for each in _of_call(call, known[0]))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in exits:
                yield from _of_call(call, exits[call.func.id])


def _classes() -> Iterator[tuple[str, Any]]:
    waiting: list[type] = [CannotRun.__mro__[1]]
    while waiting:
        found = waiting.pop()
        waiting += found.__subclasses__()
        yield found.__name__, found


def _is_super(call: ast.AST) -> bool:
    return isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__" and len(call.args) > 1


def _of_call(call: Any, exit_code: int) -> Iterator[_Raised]:  # noqa: ANN401 - ast.Call
    positional = call.args if len(call.args) > 1 else None
    if positional is None or ast.unparse(call.args[0]) in ELSEWHERE:
        return
    fix = next((word.value for word in call.keywords if word.arg == "fix"), None)
    for chosen in (True, False) if isinstance(call.args[0], ast.IfExp) else (True,):
        code, what = (_words(each, chosen=chosen) for each in call.args[:2])
        if code == UNKNOWN:
            raise SystemExit(f"a code that only the running program knows: {ast.unparse(call)}")
        yield _Raised(code=code, exit_code=exit_code, what=what, fix=_words(fix, chosen=chosen) if fix else "")


def _words(expression: ast.expr, *, chosen: bool) -> str:
    """The text of an expression as far as the source tells it."""
    match expression:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_words(part, chosen=chosen) for part in parts)
        case ast.IfExp(body=yes, orelse=no):
            return _words(yes if chosen else no, chosen=chosen)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _words(left, chosen=chosen) + _words(right, chosen=chosen)
        case _:
            return UNKNOWN


# The hub's dialect -------------------------------------------------------------------------------------


def _dialect() -> Iterator[str]:
    pages = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(DIALECT.glob("pages/*.toml"))]
    lines = [line for page in pages for line in page["line"]]
    missing, other = (sum(word in line for line in lines) for word in ("missing", "but"))
    tables = (DIALECT / "boats.sql").read_text(encoding="utf-8").split("\n\n-- Columns that are computed")[0]
    yield from (
        "# The hub's dialect of PostgREST",
        "",
        "The hub's `/rest/v1` speaks what `supabase-js` and `supabase-py` send, so that they work with it unchanged.",
        "It serves development and tests: where production has the real PostgREST, as Supabase does, that is used.",
        "What PostgREST documents and the hub does not do is answered 501, and the message names it.",
        "",
        f"Of {len(lines)} documented features {len(lines) - missing - other} are supported and {missing} answered 501;",
        f"{other} are answered otherwise than PostgREST does.",
        "Each line links to where PostgREST documents it, and is a request that the tests make of a hub that runs.",
        "Paths begin after `/rest/v1`, and are shown as they are before they are percent-encoded.",
        "All of them are asked of these tables:",
        "",
        "```sql",
        *tables.splitlines()[1:],
        "```",
        "",
    )
    for page in pages:
        yield from (f"## {page['title']}", "")
        yield from _table(("feature", "", "request", "answer"), (_feature(page, line) for line in page["line"]))


def _feature(page: dict[str, Any], line: dict[str, Any]) -> tuple[str, str, str, str]:
    address = line.get("address", page["address"])
    where = f"{address}#{line['anchor']}" if "anchor" in line else address
    asked = [f"`{line['request']}`", *(f"`{name}: {value}`" for name, value in line.get("headers", {}).items())]
    asked += [f"`{line['body']!s}`".replace("\n", "↵")] if "body" in line else []
    asked += [f"(by {line['by']})"] if line.get("by", "nobody") != "nobody" else []
    status = 501 if "missing" in line else line.get("status", 200)
    told = [str(status), *(f"`{name}: {value}`" for name, value in line.get("has", {}).items())]
    told += [f"`{line[key]}`" for key in ("answer", "holds") if key in line]
    told += [line["but"]] if "but" in line else []
    told += [f"“{line['missing']}”"] if "missing" in line else []
    mark = "501" if "missing" in line else "differs" if "but" in line else "✓"
    return f"[{line['feature']}]({where})", mark, "<br>".join(asked), "<br>".join(told)


def main() -> int:
    """Write the pages, or say what is not current; returns the exit code."""
    if sys.argv[1:] not in ([], ["--check"]):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    if not sys.argv[1:]:
        write()
        return 0
    found = stale()
    sys.stdout.writelines(f"docs/reference/{name} is not current: run docs/generate.py\n" for name in found)
    return 1 if found else 0


# The hub's settings and providers ----------------------------------------------------------------------


def _hub_settings() -> Iterator[str]:
    yield from (
        "# Settings of the hub",
        "",
        "`hub.toml`; a value `env(NAME)` is that of the variable.",
        "A name that does not exist is an error, and no value is ever shown.",
        "",
    )
    tables: dict[str, type[BaseModel]] = {
        "database": hub.Database, "tokens": hub.Tokens, "keys": hub.Keys, "keys.known.ID": hub.Key,
        "service": hub.Service, "providers.TYPE": hub.Provider,
    }  # fmt: skip
    for name, table in tables.items():
        yield from (f"## `[{name}]`", "", f"{table.__doc__}", "")
        yield from _table(("name", "", "default"), (
            (f"`{field}`", about.description or "", "required" if about.is_required() else f"`{about.default!r}`")
            for field, about in table.model_fields.items()
        ))  # fmt: skip


def _hub_providers() -> Iterator[str]:
    yield from (
        "# Providers of the hub",
        "",
        "What an administrator needs for each outside service, what its errors mean, and its limits.",
        "A program sends to `/v1` what is in the table at the end of each.",
        "",
    )
    for folder in folders():
        provider = import_module(f"integrations_hub.providers.{folder.name}.provider").create(hub.Provider())
        yield from (*_one_deeper((folder / "page.md").read_text(encoding="utf-8").splitlines()), "")
        yield from _table(("name", "", "kind", "default"), (
            (
                f"`{field.name}`", field.label,
                " ".join([*(["secret"] if field.is_secret else []), *([] if field.is_required else ["may be empty"])]),
                f"`{field.default}`" if field.default else "",
            )
            for field in provider.fields
        ))  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
