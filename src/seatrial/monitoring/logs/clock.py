"""The times that a server writes into its log, as seconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["Clock"]

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d):(\d\d(?:\.\d+)?) ?(\S*)")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)?")
#: More minutes than a look ever spans; then it begins anew.
_REMEMBERED = 5_000


class Clock:
    """Reads times such as `2026-03-01 09:00:00.123 CET`, in the zone that `log_timezone` names."""

    def __init__(self, zone: str) -> None:
        """A zone that this machine does not know is taken for UTC."""
        try:
            self._zone: tzinfo = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self._zone = UTC
        self._minutes: dict[tuple[str, str, str], float] = {}

    def seconds(self, text: str) -> float:
        """Since 1970.

        Raises:
            ValueError: this is no time.
        """
        match = _TIME.match(text)
        if match is None:
            raise ValueError("not a time of a log")
        day, minute, seconds, zone = match.groups()
        key = (day, minute, zone)
        if key not in self._minutes:
            if len(self._minutes) > _REMEMBERED:
                self._minutes.clear()
            self._minutes[key] = self._at(datetime.fromisoformat(f"{day} {minute}"), zone)
        return self._minutes[key] + float(seconds)

    def _at(self, minute: datetime, zone: str) -> float:
        if zone in {"UTC", "GMT", "Z"}:
            return minute.replace(tzinfo=UTC).timestamp()
        if offset := _OFFSET.fullmatch(zone):
            east = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
            return minute.replace(tzinfo=timezone(-east if offset[1] == "-" else east)).timestamp()
        # The hour that comes twice in autumn is told apart by its abbreviation.
        twice = (minute.replace(tzinfo=self._zone, fold=fold) for fold in (0, 1))
        first, second = twice
        return (second if second.tzname() == zone != first.tzname() else first).timestamp()
