"""The crew of a race, and limits that many rounds from one address do not reach."""

from __future__ import annotations

from accounts.tests.races.fixtures import generous_limits, race

__all__ = ["generous_limits", "race"]
