"""One folder for each outside service, and what they share; a provider knows nothing of the others."""

from __future__ import annotations
