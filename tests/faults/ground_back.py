"""What a rollback is tried on: a target on which a release was deployed, and used since."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.faults.ground import DEPLOY_PAST, REHEARSE, TARGET, Ground
from tests.faults.release import lay
from tests.faults.release_back import FILES_BACK, MARKS_BACK, PAST_BACK, STAYS, WRITTEN, lost, rows_of
from tests.faults.states import changes

from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from tests.faults.deployer import Answer, Deployer
    from tests.faults.states import Found

__all__ = ["ON_TARGET", "GroundBack", "named_in"]

ON_TARGET = ("--target", TARGET, "--yes", TARGET)
PLAN_AGAIN = "again.plan"
DEPLOYED = "with_the_release"
#: The command that an answer names.
NEXT = re.compile(r"seatrial (rollback (?:--to \d+|--last \d+))")


def named_in(answer: Answer) -> tuple[str, ...]:
    """The words of the rollback that an answer tells to go on with; empty where it names none."""
    found = NEXT.findall(answer.said)
    return tuple(found[-1].split()) if found else ()


class GroundBack(Ground):
    """Fresh targets with the release, and its rollback."""

    marks = MARKS_BACK

    def prepare(self) -> None:
        """The release, what was written since, an undisturbed rollback, and a deployment behind it."""
        self.server.clone(self.template)
        lay(self.folder, PAST_BACK)
        self.must("0", *DEPLOY_PAST, dsn=self.address(self.template))
        lay(self.folder, FILES_BACK)
        with self.target() as name:
            self.must("0", *REHEARSE, dsn=self.address(name))
            self.must("0", "deploy", "--plan", REHEARSE[-1], *ON_TARGET, dsn=self.address(name))
            with self.server.superuser(name) as connection:
                connection.execute(WRITTEN)
            self.settled(name)
            self.server.clone(DEPLOYED, name)
        self.template = DEPLOYED
        with self.target() as name:
            self.written = self._rows(name)
            self.undisturbed = self.run_undisturbed(name)
            self.must("0", *REHEARSE[:-1], PLAN_AGAIN, dsn=self.address(name))
            self.must("0", *self.deploy_again, dsn=self.address(name))
            self.again: Found = self.look(name)

    @property
    def deploy_again(self) -> tuple[str, ...]:
        """The release once more, behind its rollback, by a plan that was made there."""
        return ("deploy", "--plan", PLAN_AGAIN, *ON_TARGET)

    def deploy(self, name: str, port: int = 0) -> Deployer:
        """The command under test, here a rollback."""
        return self.roll_back(name, "--last", "2", port=port)

    def roll_back(self, name: str, *words: str, port: int = 0) -> Deployer:
        """Start a rollback, straight or through a proxy."""
        return self.begin("rollback", *words, *ON_TARGET, dsn=self.address(name, port))

    def go_on(self, name: str, answer: Answer) -> Deployer:
        """With the command that it names, or else by the version that is to stay."""
        words = named_in(answer) or ("rollback", "--to", STAYS)
        return self.roll_back(name, *words[1:])

    def wrong_in(self, name: str) -> list[str]:
        """Rows that are nowhere."""
        return lost(self.written, self._rows(name))

    def wrong_beyond(self, name: str) -> list[str]:
        """A deployment afterwards brings everything back, and loses nothing."""
        answer = self.begin(*self.deploy_again, dsn=self.address(name)).end()
        if answer.code:
            return [f"deployed again, it ended with {answer.code}: {answer.said}"]
        self.settled(name)
        differs = changes(self.look(name), self.again)
        return [*self.wrong_in(name), *([f"deployed again, it is another: {differs}"] if differs else ())]

    def _rows(self, name: str) -> dict[str, frozenset[str]]:
        with connect(self.server.dsn(name, "supabase_admin"), application_name="test") as connection:
            return rows_of(connection)
