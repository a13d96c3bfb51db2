"""HTTP for programs: the dialect under /rest/v1, the use-cases under /v1, webhooks, health and readiness."""

from __future__ import annotations
