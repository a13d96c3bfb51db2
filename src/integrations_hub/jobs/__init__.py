"""What runs without a request: health checks, usage, clean-up, retention, index health."""

from __future__ import annotations
