"""Where Seatrial runs: user, machine, and the CI job if it is one."""

from __future__ import annotations

import getpass
import os
import platform
from typing import TYPE_CHECKING

from seatrial.model.attempt import Origin

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ci_run", "origin"]


def origin() -> Origin:
    """Of this process."""
    return Origin(user=_user(), host=platform.node(), process=os.getpid(), run=ci_run(os.environ))


def ci_run(environment: Mapping[str, str]) -> str:
    """The address of the CI job, as GitHub and GitLab tell it; empty elsewhere."""
    if environment.get("GITHUB_RUN_ID"):
        server = environment.get("GITHUB_SERVER_URL", "https://github.com")
        return f"{server}/{environment.get('GITHUB_REPOSITORY', '')}/actions/runs/{environment['GITHUB_RUN_ID']}"
    return environment.get("CI_JOB_URL") or environment.get("CI_PIPELINE_URL") or ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # In a container nobody may have given the number a name.
        return str(os.getuid()) if hasattr(os, "getuid") else ""
