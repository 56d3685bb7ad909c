"""The slices of sampled tests: together they are everything, and an environment variable repeats one."""

from __future__ import annotations

import os
import subprocess
import sys

from portal.tests.hostile.sampling import every, in_turn
from portal.tests.processes import ROOT
from portal.tests.test_matrix import ROWS, cells

LISTED = {str(number): number for number in range(40)}


def test_five_days_see_every_form_of_the_admin() -> None:
    days = [set(in_turn("staff", range(32), day=day)) for day in range(5)]
    assert set().union(*days) == set(range(32))
    assert sum(len(day) for day in days) == 32


def test_all_values_are_seen_in_as_many_days_as_there_are_parts() -> None:
    days = [{name for name, _ in every(LISTED, 3, at_most=8, day=day)} for day in range(5)]
    assert set().union(*days) == set(LISTED)


def test_three_days_ask_head_of_every_role() -> None:
    row = next(row for row in ROWS if row.method == "READ" and not row.is_of_model)
    asked = [{role for role, method, _ in cells(row, 0, day=day) if method == "HEAD"} for day in range(3)]
    assert set().union(*asked) == {role for role, method, _ in cells(row, 0) if method == "GET"}


def test_the_header_prints_the_slice_and_the_variable_sets_it() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "portal/tests/test_slices.py"]
    environment = {**os.environ, "TEST_SLICE": "17"}
    shown = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert "TEST_SLICE=17" in shown
