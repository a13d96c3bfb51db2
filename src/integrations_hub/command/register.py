"""The commands, as they are typed; what they do is loaded when they run, and needs the extra `hub`."""

from __future__ import annotations

from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatrial.cli.session import Format, FormatOption, Progress, not_empty, run, show
from seatrial.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.outcome import Outcome

__all__ = ["register"]

#: What the extra brings and the tool does not have.
NEEDED = ("fastapi", "uvicorn", "jwt", "cryptography", "procrastinate", "psycopg_pool", "httpx", "tenacity")

SettingsOption = Annotated[
    Path, typer.Option("--settings", metavar="FILE", help="The hub's settings, such as hub.toml.")
]  # fmt: skip
Port = Annotated[int, typer.Option(min=0, max=65535, help="On this machine; 0 for any.")]
Host = Annotated[str, typer.Option(help="Where it listens; 0.0.0.0 for every interface.")]
Reset = Annotated[bool, typer.Option("--reset", help="Throw the hub's database away and begin again.")]
Processes = Annotated[int, typer.Option(min=1, max=64, help="That take requests.")]
Jobs = Annotated[bool, typer.Option("--jobs/--no-jobs", help="Whether the jobs run in the service, too.")]
HUB_TOML = Path("hub.toml")


class _Scheduler(StrEnum):
    SERVICE = "service"
    PG_CRON = "pg_cron"


SchedulerOption = Annotated[
    _Scheduler | None,
    typer.Option(
        "--scheduler",
        show_default="as it is",
        help="Who runs the release's own jobs: the service takes them from pg_cron.",
    ),
]
Deployer = Annotated[
    str | None,
    typer.Option(
        "--deployer",
        metavar="DSN",
        envvar="DATABASE_URL",
        callback=not_empty,
        help="Of the role that deploys the release.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command and its subcommands."""
    group = typer.Typer(
        help="The integrations hub: the service that works on the tables of the release.", invoke_without_command=True
    )
    app.add_typer(group, name="hub")
    for add in (_hub, _token, _prepare, _serve, _worker, _rewrap):
        add(group)


def _hub(group: typer.Typer) -> None:
    @group.callback()
    def hub(
        context: typer.Context, port: Port = 8400, reset: Reset = False, form: FormatOption = Format.TEXT
    ) -> None:  # fmt: skip
        """Start it on an embedded database with sample tenants, and print where to sign in."""

        def flow() -> Outcome:
            from integrations_hub.command.sample import sample

            return sample(port=port, reset=reset, narrator=Progress(), opened=_tell(form))

        if context.invoked_subcommand is None:
            _run("hub", form, flow)


def _token(group: typer.Typer) -> None:
    @group.command()
    def token(
        person: Annotated[str, typer.Argument(help="Of the sample tenants: olga, ada, max, vera, tom, otto, super …")],
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Print an access token of a sample tenant, for the API of the hub that `seatrial hub` starts."""

        def flow() -> Outcome:
            from integrations_hub.command.sample import token_of

            found = token_of(person)
            if form is Format.TEXT:
                # And nothing else, for whoever puts it into a header.
                typer.echo(found)
                raise typer.Exit
            from seatrial.model.outcome import Outcome

            return Outcome(command="hub token", summary=found)

        _run("hub token", form, flow)


def _prepare(group: typer.Typer) -> None:
    @group.command()
    def prepare(
        settings: SettingsOption = HUB_TOML,
        deployer: Deployer = None,
        scheduler: SchedulerOption = None,
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Prepare a database, as the role that deploys: the jobs' own schema, and who schedules; again as you like."""

        def flow() -> Outcome:
            from integrations_hub.command.operate import prepared

            return prepared(settings, deployer, scheduler.value if scheduler else None)

        _run("hub prepare", form, flow)


def _serve(group: typer.Typer) -> None:
    @group.command()
    def serve(
        settings: SettingsOption = HUB_TOML,
        host: Host = "127.0.0.1",
        port: Port = 8400,
        processes: Processes = 1,
        jobs: Jobs = True,
        form: FormatOption = Format.TEXT,
    ) -> None:
        """Take requests, and do jobs, on a database of yours until it is asked to end."""

        def flow() -> Outcome:
            from integrations_hub.command.operate import served

            return served(settings, host=host, port=port, processes=processes, with_jobs=jobs)

        _run("hub serve", form, flow)


def _worker(group: typer.Typer) -> None:
    @group.command()
    def worker(settings: SettingsOption = HUB_TOML, form: FormatOption = Format.TEXT) -> None:
        """Do jobs and nothing else, on this machine, beside the service and other workers."""

        def flow() -> Outcome:
            from integrations_hub.command.operate import worked

            return worked(settings)

        _run("hub worker", form, flow)


def _rewrap(group: typer.Typer) -> None:
    @group.command()
    def rewrap(settings: SettingsOption = HUB_TOML, form: FormatOption = Format.TEXT) -> None:
        """Put every credential under the primary key, while everybody works; says what is left under which other."""

        def flow() -> Outcome:
            from integrations_hub.command.operate import rewrapped

            return rewrapped(settings)

        _run("hub rewrap", form, flow)


def _run(command: str, form: Format, flow: Callable[[], Outcome]) -> None:
    def installed() -> Outcome:
        _require()
        return flow()

    run(command, form, installed)


def _tell(form: Format) -> Callable[[Outcome], None]:
    return lambda outcome: show(outcome, form)


def _require() -> None:
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise CannotRun(
            "hub.not-installed", "the hub's own packages are not installed", why=f"no {', '.join(missing)}",
            fix="pip install 'seatrial[hub]'",
        )  # fmt: skip
