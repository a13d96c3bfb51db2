"""One way to tell the team: what `[[notify]]` describes, with its secrets from the environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.model.notification import Event
from seatrial.notify import mail, message, web
from seatrial.notify.failure import NotToldError
from seatrial.project.settings import environment

if TYPE_CHECKING:
    from seatrial.model.notification import Notification
    from seatrial.project.notification import NotifySettings

__all__ = ["Channel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Knows where it leads when it is used, and forgets it again."""

    settings: NotifySettings

    @property
    def name(self) -> str:
        """What is shown of it: `slack (hooks.slack.com)`, never more of an address than its host."""
        try:
            host = self.settings.host or web.host_of(self._secret(self.settings.url))
        except NotToldError:
            return self.settings.kind
        return f"{self.settings.kind} ({host})"

    def wants(self, event: Event) -> bool:
        """Whether it is told of this; a test concerns every channel."""
        return event is Event.TEST or event.value in self.settings.events

    def send(self, told: Notification) -> None:
        """Tell it.

        Raises:
            NotToldError: says why, without a secret.
        """
        settings = self.settings
        if settings.kind == "email":
            letter = message.as_mail(told, sender=settings.sender, to=settings.to)
            mail.send(letter, settings, self._secret(settings.password) if settings.password else "")
            return
        url = self._secret(settings.url).strip()
        web.host_of(url)
        web.post(url, message.as_json(told) if settings.kind == "webhook" else message.as_slack(told))

    def _secret(self, value: str) -> str:
        try:
            return environment(value, where="[[notify]] in seatrial.toml")
        except CannotRun as error:
            # Names the variable.
            raise NotToldError(error.what) from None
