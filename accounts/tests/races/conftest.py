"""Fixtures of the race tests: the threads, and limits high enough for many rounds."""

from __future__ import annotations

from accounts.tests.races.fixtures import generous_limits, race

__all__ = ["generous_limits", "race"]
