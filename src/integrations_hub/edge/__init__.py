"""What every request passes on its way in and out: caller, limits, request id, log, figures, errors."""

from __future__ import annotations
