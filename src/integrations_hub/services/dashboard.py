"""What the dashboard shows to a caller, put together; nothing of it is decided here, row-level security decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, LiteralString, TypeVar
from uuid import UUID

from integrations_hub.domain import dashboard as seen
from integrations_hub.domain.refusal import Refusal
from integrations_hub.services.refusals import NotFound
from integrations_hub.store.dashboard import job_figures, looking

if TYPE_CHECKING:
    from collections.abc import Callable

    from integrations_hub.domain.caller import Caller
    from integrations_hub.store.dashboard import Sight
    from integrations_hub.store.database import Database

__all__ = ["Dashboard", "Detail", "Overview", "Page", "System", "missing"]

#: How far back the usage goes, and the health.
USAGE_DAYS, HEALTH_DAYS = 30, 7
#: Rows of a page.
MOST = 50
Item = TypeVar("Item")
#: Where a page goes on: a moment or a name, and an id.
After = tuple[str, str] | None


def missing(organization_id: str | None = None) -> NotFound:
    """The same words for what is not there and for what is not the caller's."""
    return NotFound("not_found", "There is no such page, or it is not yours to see", organization_id=organization_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """An organization at a glance."""

    organization: seen.OrganizationSeen
    integrations: list[seen.IntegrationSeen]
    alerts: list[seen.Alert]
    usage: list[seen.Day]
    health: list[seen.Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One integration."""

    organization: seen.OrganizationSeen
    integration: seen.IntegrationSeen
    usage: list[seen.Day]
    health: list[seen.Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """All organizations at a glance."""

    figures: seen.SystemFigures
    alerts: list[seen.Alert]
    health: list[seen.Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """Some of a list, and where the rest begins."""

    items: list[Item]
    after: After


class Dashboard:
    """Reads for pages; each method is one transaction of the caller."""

    def __init__(self, database: Database) -> None:
        """On the database that the release is on."""
        self._database = database

    def person(self, caller: Caller) -> seen.Person:
        """Who looks."""
        with looking(self._database, caller) as sight:
            return sight.one(seen.Person, "person") or seen.Person(name=None, is_operator=False)

    def organizations(self, caller: Caller) -> list[seen.OrganizationSeen]:
        """Those that the caller belongs to."""
        with looking(self._database, caller) as sight:
            return sight.all(seen.OrganizationSeen, "organizations")

    def organization(self, caller: Caller, organization_id: str) -> seen.OrganizationSeen:
        """One that the caller may see.

        Raises:
            Refusal: there is none of that id for the caller.
        """
        with looking(self._database, caller) as sight:
            return _organization(sight, organization_id)

    def overview(self, caller: Caller, organization_id: str) -> Overview:
        """An organization at a glance."""
        with looking(self._database, caller) as sight:
            organization = _organization(sight, organization_id)
            of_all = {"organization_id": organization.id, "integration_id": None}
            return Overview(
                organization=organization,
                integrations=sight.all(seen.IntegrationSeen, "integrations", **of_all),
                alerts=_alerts(sight, organization.id, resolved=False),
                usage=sight.all(seen.Day, "usage", days=USAGE_DAYS, **of_all),
                health=_spans(sight, organization.id),
            )

    def integration(self, caller: Caller, organization_id: str, integration_id: str) -> Detail:
        """One integration with everything about it."""
        with looking(self._database, caller) as sight:
            organization = _organization(sight, organization_id)
            of_one = {"organization_id": organization.id, "integration_id": _uuid(integration_id)}
            integration = sight.one(seen.IntegrationSeen, "integrations", **of_one)
            if integration is None:
                raise missing()
            return Detail(
                organization=organization,
                integration=integration,
                usage=sight.all(seen.Day, "usage", days=USAGE_DAYS, **of_one),
                health=_spans(
                    sight,
                    organization.id,
                    [f"{what}.{integration.integration_type}" for what in ("integration", "provider")],
                ),
            )

    def alerts(self, caller: Caller, organization_id: str | None, *, resolved: bool, after: After) -> Page[seen.Alert]:
        """Alerts of an organization, or of the system."""
        return self._listed(
            caller, organization_id, after,
            lambda sight, at: _alerts(sight, organization_id, resolved=resolved, **at),
            lambda one: (one.fired_at.isoformat(), one.id),
        )  # fmt: skip

    def handle_alert(
        self, caller: Caller, deed: LiteralString, organization_id: str | None, alert_id: str, note: str
    ) -> None:
        """Acknowledge or resolve an alert, as the caller.

        Raises:
            Refusal: there is none of that id for the caller, or somebody has dealt with it.
        """
        with looking(self._database, caller) as sight:
            organization = organization_id and _uuid(organization_id)
            if not sight.handle_alert(deed, organization, _uuid(alert_id), note.strip() or None):
                raise missing()

    def audit(self, caller: Caller, organization_id: str, words: str, *, after: After) -> Page[seen.AuditEntry]:
        """The audit trail, or what of it matches."""

        def found(sight: Sight, at: dict[str, Any]) -> list[seen.AuditEntry]:
            told = {"organization_id": organization_id, **at}
            if words.strip():
                return sight.all(seen.AuditEntry, "audit_search", words=words, **told)
            return sight.all(seen.AuditEntry, "audit", **told)

        return self._listed(
            caller, organization_id, after, found, lambda one: (one.created_at.isoformat(), one.id), managed=True
        )

    def security(self, caller: Caller, organization_id: str | None, *, after: After) -> Page[seen.SecurityEvent]:
        """Security events of an organization, or of the system."""
        return self._listed(
            caller, organization_id, after,
            lambda sight, at: sight.all(seen.SecurityEvent, "security", organization_id=organization_id, **at),
            lambda one: (one.occurred_at.isoformat(), one.id), managed=True,
        )  # fmt: skip

    def system(self, caller: Caller) -> System:
        """All organizations at a glance, for operators."""
        with looking(self._database, caller) as sight:
            _operators_only(sight)
            figures = sight.one(seen.SystemFigures, "system")
            assert figures is not None, "aggregates have a row"  # noqa: S101 - for the type checker
            return System(figures=figures, alerts=_alerts(sight, None, resolved=False), health=_spans(sight, None))

    def all_organizations(
        self, caller: Caller, words: str, *, troubled: bool, after: After
    ) -> Page[seen.OrganizationCounts]:
        """A page of them, for operators."""
        name, key = after or (None, None)
        with looking(self._database, caller) as sight:
            _operators_only(sight)
            rows = sight.all(
                seen.OrganizationCounts, "all_organizations", words=words.strip(), troubled=troubled,
                after_name=name, after_id=key and _uuid(key), most=MOST + 1,
            )  # fmt: skip
        return _page(rows, lambda one: (one.name, one.id))

    def indexes(self, caller: Caller) -> list[seen.IndexSeen]:
        """The last look at the indexes, for operators."""
        with looking(self._database, caller) as sight:
            _operators_only(sight)
            return sight.all(seen.IndexSeen, "indexes")

    def queue(self, caller: Caller) -> list[dict[str, Any]] | None:
        """Jobs by task and state, for operators; None where there is no queue."""
        self.operators_only(caller)
        return job_figures(self._database)

    def operators_only(self, caller: Caller) -> None:
        """Nothing.

        Raises:
            Refusal: the caller is no operator, as the database reads the claims.
        """
        with looking(self._database, caller) as sight:
            _operators_only(sight)

    def _listed(
        self, caller: Caller, organization_id: str | None, after: After,
        found: Callable[[Sight, dict[str, Any]], list[Item]], place: Callable[[Item], tuple[str, str]],
        *, managed: bool = False,
    ) -> Page[Item]:  # fmt: skip
        before, key = after or (None, None)
        with looking(self._database, caller) as sight:
            if organization_id is None:
                _operators_only(sight)
            elif not _organization(sight, organization_id).can_manage and managed:
                # The database shows them nothing; that must not be read as "nothing happened".
                raise Refusal(403, "not_allowed", "This is for administrators and owners of the organization")
            at = {"before": before, "before_id": key and _uuid(key), "most": MOST + 1}
            return _page(found(sight, at), place)


def _page(rows: list[Item], place: Callable[[Item], tuple[str, str]]) -> Page[Item]:
    """One more was asked for than is shown."""
    return Page(items=rows[:MOST], after=place(rows[MOST - 1]) if len(rows) > MOST else None)


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise missing() from None


def _organization(sight: Sight, organization_id: str) -> seen.OrganizationSeen:
    found = sight.one(seen.OrganizationSeen, "organization", organization_id=_uuid(organization_id))
    if found is None:
        raise missing(organization_id)
    return found


def _operators_only(sight: Sight) -> None:
    person = sight.one(seen.Person, "person")
    if person is None or not person.is_operator:
        raise missing()


def _alerts(sight: Sight, organization_id: str | None, *, resolved: bool, **at: Any) -> list[seen.Alert]:  # noqa: ANN401 - parameters of the query
    where = {"before": None, "before_id": None, "most": MOST + 1, **at}
    return sight.all(seen.Alert, "alerts", organization_id=organization_id, resolved=resolved, **where)


def _spans(sight: Sight, organization_id: str | None, components: list[str] | None = None) -> list[seen.Span]:
    return sight.all(seen.Span, "spans", organization_id=organization_id, components=components, days=HEALTH_DAYS)
