"""`seatrial watch`."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatrial.cli.considerate import number, seconds
from seatrial.cli.session import Folder, Format, FormatOption, Progress, TargetOption, not_empty, run

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.outcome import Outcome
    from seatrial.model.undertaking import Watching
    from seatrial.model.watch_page import WatchPage

__all__ = ["register"]

For = Annotated[
    str | None,
    typer.Option(
        "--for", callback=seconds, metavar="TIME", show_default="watch.hours of seatrial.toml, 48h",
        help="How long it lasts: 15min, 48h; with --baseline 10min, with --silence for ever.",
    ),
]  # fmt: skip
Every = Annotated[
    str | None,
    typer.Option(
        callback=seconds, metavar="TIME", show_default="watch.every_seconds of seatrial.toml, 60s",
        help="Time between two samples.",
    ),
]  # fmt: skip
Once = Annotated[bool, typer.Option("--once", help="One sample, judged with those before it; for cron and CI.")]
Baseline = Annotated[bool, typer.Option("--baseline", help="Only note what is usual, before a deployment.")]
Serve = Annotated[
    str | None,
    typer.Option(
        metavar="[HOST:]PORT", callback=not_empty, show_default="no page",
        help="Serve the page, with figures for Prometheus at /metrics; 8300 is 127.0.0.1:8300.",
    ),
]  # fmt: skip
Live = Annotated[bool, typer.Option("--live", help="A view that changes in place, in a terminal.")]
Auto = Annotated[
    bool,
    typer.Option(
        "--auto-rollback",
        help="Take the release back when it has failed, if its way back is proved and loses nothing.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER", show_default="seatrial-watch/TARGET in the release folder",
        help="Where the record goes, and what is seen of a target that takes no writes.",
    ),
]  # fmt: skip
After = Annotated[
    str | None,
    typer.Option(
        metavar="VERSION", callback=not_empty, show_default="what was deployed last",
        help="The newest version that is not of the release, where another tool deployed it.",
    ),
]  # fmt: skip
NoVerify = Annotated[bool, typer.Option("--no-verify", help="Do not verify the target when the watch begins.")]
GoOn = Annotated[
    str | None,
    typer.Option(
        "--go-on", metavar="BECAUSE", callback=not_empty, show_default=False,
        help="Tell a watch that has paused to go on, and why.",
    ),
]  # fmt: skip
Quiet = Annotated[
    str | None,
    typer.Option(
        "--silence", metavar="SIGNAL", callback=not_empty, show_default=False,
        help="Have nobody told of a signal for a while; the verdict is the same.",
    ),
]  # fmt: skip
Because = Annotated[str | None, typer.Option(callback=not_empty, show_default=False, help="Why it is silenced.")]

LOOPBACK = "127.0.0.1"
#: Between two samples.
LEAST_SECONDS = 0.1
#: Seconds: longer than any watch.
FOR_EVER = 10 * 365 * 86_400.0


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command()
    def watch(
        folder: Folder = Path(),
        target: TargetOption = None,
        duration: For = None,
        every: Every = None,
        baseline: Baseline = False,
        once: Once = False,
        serve: Serve = None,
        live: Live = False,
        auto_rollback: Auto = False,
        out: Out = None,
        after: After = None,
        no_verify: NoVerify = False,
        go_on: GoOn = None,
        silence: Quiet = None,
        because: Because = None,
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Watch what was deployed, against what was usual before it, until there is a verdict."""
        from seatrial.model.undertaking import Watching

        if bool(silence) != bool(because):
            raise typer.BadParameter("say what is silenced and why", param_hint="--silence, --because")
        if every is not None and float(every) < LEAST_SECONDS:
            raise typer.BadParameter("give at least 100ms", param_hint="--every")
        if go_on and (baseline or once or silence):
            raise typer.BadParameter("a word to a watch is all that the command does", param_hint="--go-on")
        if once and serve:
            raise typer.BadParameter("one sample serves no page", param_hint="--once, --serve")
        address = f"{LOOPBACK}:{serve}" if serve and serve.isdigit() else serve or ""
        how = Watching(
            seconds=number(duration), every=number(every), baseline=baseline, once=once, auto_rollback=auto_rollback,
            serve=address, out=out, verify=not no_verify, after=after or "", go_on=go_on or "", silence=silence or "",
            silence_seconds=number(duration) or FOR_EVER, because=because or "",
        )  # fmt: skip
        run("watch", form, lambda: _answer(folder, target or "", how, live=live))


def _answer(folder: Path, target: str, how: Watching, *, live: bool) -> Outcome:
    from seatrial.flows.watch.run import watch

    progress = Progress()
    with ExitStack() as stack:
        show = _view(stack) if live else None
        return watch(
            folder, target, how, narrator=progress, show=show,
            opened=lambda url: progress.say(f"the page is at {url}"),
        )  # fmt: skip


def _view(stack: ExitStack) -> Callable[[WatchPage], None] | None:
    """A view in place of lines, on standard error; none where that is no terminal."""
    from rich.console import Console
    from rich.live import Live

    from seatrial.report.watch.terminal import live

    console = Console(stderr=True)
    if not console.is_terminal:
        return None
    view = stack.enter_context(Live(console=console, auto_refresh=False))
    return lambda page: view.update(live(page), refresh=True)
