"""What nobody listed: any text, any bytes, any number, any shape, in any field of any page, found by hypothesis."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from portal.tests.hostile.attack import FORM, Attacker, addresses
from portal.tests.hostile.discovery import Target, Targets
from portal.tests.hostile.sampling import EXAMPLES
from portal.tests.hostile.values import LISTED, Pairs, encoded
from portal.tests.hostile.world import ROLES

pytestmark = pytest.mark.django_db
generated = hypothesis_settings(
    max_examples=25 * EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200).map(
    lambda text: text.encode("utf-8", "surrogatepass")
)
ANY_NAME = st.text(max_size=10).map(lambda name: name.encode(errors="replace").decode())
ANY_NUMBER = st.one_of(
    st.integers(-(2**70), 2**70).map(str), st.decimals().map(str), st.floats().map(str), st.datetimes().map(str)
).map(str.encode)
ANYTHING = st.one_of(ANY_TEXT, ANY_NUMBER, st.binary(max_size=200), st.sampled_from(list(LISTED.values())))


@st.composite
def hostile_pairs(draw: Any, target: Target) -> Pairs:
    """What a target takes, with some of it replaced, repeated, left out, renamed or added, in any order."""
    sent: Pairs = []
    for name, value in [*target.pairs(), *((name, b"") for name in target.more)]:
        fate = draw(st.sampled_from(["honest", "hostile", "hostile", "twice", "array", "left out"]))
        if fate == "honest" and (value or name not in target.more):
            sent.append((name, value))
        elif fate in ("hostile", "array"):
            sent.append((f"{name}[]" if fate == "array" else name, draw(ANYTHING)))
        elif fate == "twice":
            sent += [(name, value), (name, draw(ANYTHING))]
    strange = draw(st.lists(st.tuples(ANY_NAME, ANYTHING), max_size=2))
    return list(draw(st.permutations([*sent, *strange])))


@pytest.mark.parametrize("role", ROLES)
def test_no_fields_and_values_break_a_page(targets: Targets, role: str) -> None:
    attacker, known = Attacker(role), [target for target in targets[role] if target.names]

    @generated
    @given(data=st.data())
    def attack(data: st.DataObject) -> None:
        target = data.draw(st.sampled_from(known))
        attacker.pairs(target, data.draw(hostile_pairs(target)), "generated")
        assert attacker.faults == []

    attack()


@pytest.mark.parametrize("role", ["", "customer-ready", "partner-admin", "staff"])
def test_no_bytes_break_an_address_or_a_body(targets: Targets, role: str) -> None:
    attacker, known = Attacker(role), targets[role]

    @generated
    @given(data=st.data())
    def attack(data: st.DataObject) -> None:
        target, raw = data.draw(st.sampled_from(known)), data.draw(ANYTHING)
        for name, path in [*addresses(target, raw), ("", target.path)]:
            what, query = f"{target}: {name} {raw!r}", encoded([("q", raw)])
            attacker.send(target.method, path, what, body=raw, kind=FORM, query=query)
        assert attacker.faults == []

    attack()
