"""Every operation is listed in VERBS, which the tests of the lock order and of the state machine read."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

import accounts.operations
import partners.operations
from partners.operations.approve import approve
from partners.operations.complete import complete
from partners.operations.grant import grant
from partners.tests.verbs import OF_REQUESTS


def verbs_in(package: ModuleType) -> Iterator[Callable[..., object]]:
    """The public functions that take keyword arguments only."""
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        for name, function in inspect.getmembers(importlib.import_module(found.name), inspect.isfunction):
            kinds = {parameter.kind for parameter in inspect.signature(function).parameters.values()}
            is_own = function.__module__ == found.name and not name.startswith("_")
            if is_own and kinds == {inspect.Parameter.KEYWORD_ONLY}:
                yield function


@pytest.mark.parametrize("package", [accounts.operations, partners.operations])
def test_every_verb_of_a_package_has_its_line(package: ModuleType) -> None:
    assert set(verbs_in(package)) == set(package.VERBS)


def test_a_verb_of_a_request_is_known_by_its_signature() -> None:
    assert {approve, complete} <= set(OF_REQUESTS)
    assert grant not in OF_REQUESTS
