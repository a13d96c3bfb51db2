"""An integration that nobody uses: announced, seven days later switched off, announced again, and archived."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.hub.ground import ADA, HARBOUR, OLGA
from tests.hub.jobs.crew import ask

from integrations_hub.store.upkeep import CLEAN_UP, Upkeep

if TYPE_CHECKING:
    from tests.hub.ground import Ground

    from integrations_hub.store.database import Database

WHATSAPP = "60000000-0000-4000-8000-0000000000a1"
#: Everything of it becomes so many days older; entries of the log are not rewritten, so they are replaced.
DAYS_PASS = f"""
    set session_replication_role = replica;
    update public.audit_logs set created_at = created_at - make_interval(days => %(days)s);
    update public.integration_usage_statistics set last_used_at = last_used_at - make_interval(days => %(days)s);
    update public.integrations set updated_at = updated_at - make_interval(days => %(days)s)
     where id = '{WHATSAPP}'
"""
CONFIGURED = "update public.integrations set configuration = '{\"new\": 1}' where id = %s"
CHECKED = "update public.integrations set status = 'error', last_error = 'refused', last_sync_at = now() where id = %s"
TOLD = (
    "select user_id::text, title, body from public.notifications where title like '%will be%' "
    f"and organization_id = '{HARBOUR}' order by created_at, user_id"
)


class Scene:
    """One integration, and time that passes."""

    def __init__(self, ground: Ground, pool: Database) -> None:
        self.ground = ground
        self._upkeep = Upkeep(pool)
        with ground.superuser() as connection:
            connection.execute(f"delete from public.integrations where id <> '{WHATSAPP}'".encode())

    def days(self, number: int) -> list[str]:
        """Days pass, with a clean-up at the end of them; what the log has of it in the end."""
        with self.ground.superuser() as connection:
            connection.execute(DAYS_PASS.replace("%(days)s", str(number)).encode())
        assert self._upkeep.do(CLEAN_UP)
        return self.log()

    def log(self) -> list[str]:
        """What was done to it, oldest first."""
        asked = (
            "select action || coalesce(' ' || (details ->> 'what'), '') from public.audit_logs "
            "where entity_id = %s order by created_at, action"
        )
        return [line for (line,) in ask(self.ground.deployer_dsn, asked, WHATSAPP)]

    def state(self) -> list[tuple[bool, str]]:
        """Whether it is on, and its status."""
        return ask(
            self.ground.deployer_dsn, "select is_active, status from public.integrations where id = %s", WHATSAPP
        )


@pytest.fixture
def scene(queued: Ground, pool: Database) -> Scene:
    """It was created and used today."""
    return Scene(queued, pool)


def test_it_is_announced_switched_off_announced_and_archived(scene: Scene) -> None:
    begin = scene.log()
    assert scene.days(82) == begin
    off, gone = "integration.cleanup_announced switched_off", "integration.cleanup_announced archived"
    assert scene.days(2) == [*begin, off]
    told = ask(scene.ground.deployer_dsn, TOLD)
    assert {user for user, _, _ in told} == {OLGA, ADA}
    assert all(title.startswith("WhatsApp will be switched off on 20") for _, title, _ in told)
    assert all("a test message is enough" in body for _, _, body in told)
    assert scene.days(6) == [*begin, off]
    assert scene.state() == [(True, "active")]
    assert scene.days(1) == [*begin, off, "integration.updated"]
    assert scene.state() == [(False, "inactive")]
    assert scene.days(170) == [*begin, off, "integration.updated"]
    assert scene.days(5)[-1] == gone
    assert len(ask(scene.ground.deployer_dsn, TOLD)) == 4
    assert scene.days(6)[-1] == gone
    assert scene.days(1)[-1] == "integration.deleted"
    assert scene.state() == []
    archived = "select integration ->> 'integration_type' from private.archived_integrations where integration_id = %s"
    with scene.ground.superuser() as connection:
        assert connection.execute(archived, [WHATSAPP]).fetchall() == [("whatsapp",)]


def test_what_is_used_meanwhile_stays_and_is_announced_anew(scene: Scene) -> None:
    scene.days(85)
    ask(scene.ground.deployer_dsn, "select public.record_integration_usage(%s, 'message.sent')", WHATSAPP)
    assert scene.days(7)[-1] == "integration.cleanup_announced switched_off"
    assert scene.state() == [(True, "active")]
    before = len(scene.log())

    assert len(scene.days(78)) == before + 1
    assert scene.state() == [(True, "active")]
    scene.days(7)
    assert scene.state() == [(False, "inactive")]


def test_what_is_configured_meanwhile_stays(scene: Scene) -> None:
    scene.days(85)
    ask(
        scene.ground.deployer_dsn,
        "update public.integrations set configuration = '{\"new\": 1}' where id = %s",
        WHATSAPP,
    )
    scene.days(7)

    assert scene.state() == [(True, "active")]


def test_a_health_check_is_no_use(scene: Scene) -> None:
    # The log knows it: somebody has configured it.
    ask(scene.ground.deployer_dsn, CONFIGURED, WHATSAPP)
    for days in (85, 7):
        ask(scene.ground.deployer_dsn, CHECKED, WHATSAPP)
        scene.days(days)

    assert scene.state() == [(False, "inactive")]


def test_where_nobody_is_to_be_told_the_log_alone_has_it(scene: Scene) -> None:
    with scene.ground.superuser() as connection:
        connection.execute(
            "update public.organization_members set status = 'suspended' where role in ('admin', 'owner')"
        )
    assert scene.days(85)[-1] == "integration.cleanup_announced switched_off"
    assert ask(scene.ground.deployer_dsn, TOLD) == []
    scene.days(7)

    assert scene.state() == [(False, "inactive")]
