"""Bodies that no form of ours sends: another content type, a broken one, too much of it, fields that do not exist."""

from __future__ import annotations

import pytest

from portal.tests.hostile.attack import Attacker
from portal.tests.hostile.bodies import FORM, bodies, forged
from portal.tests.hostile.discovery import Targets
from portal.tests.hostile.sampling import every, in_turn
from portal.tests.hostile.values import encoded
from portal.tests.hostile.world import ROLES

pytestmark = pytest.mark.django_db
TOO_LARGE = ("too large", "too many fields", "multipart too large")


@pytest.mark.parametrize("role", ROLES)
def test_malformed_body_causes_no_server_error(targets: Targets, role: str) -> None:
    attacker = Attacker(role)
    forms = [target for target in targets.distinct(role) if target.method == "POST"]
    for number, target in enumerate(in_turn(role, forms)):
        for name, (kind, body) in every(bodies(target.pairs()), number, at_most=2 if role == "staff" else 10):
            # The test client's request is Django's own, which reads a query by the charset: see test_sockets.py.
            path = target.path.partition("?")[0] if "charset" in kind else target.path
            attacker.send("POST", path, f"{target}: {name}", body=body, kind=kind)
    assert attacker.faults == []


@pytest.mark.parametrize("role", ROLES)
def test_unknown_form_fields_have_no_effect(targets: Targets, role: str) -> None:
    attacker = Attacker(role)
    for target in targets.distinct(role):
        if target.method == "POST" and not target.path.startswith("/admin/"):
            honest = attacker.send("POST", target.path, f"{target}: honest", body=encoded(target.pairs()))
            tried = attacker.send("POST", target.path, f"{target}: forged", body=encoded(forged(target.pairs())))
            assert (tried.status_code, tried.tables) == (honest.status_code, honest.tables), target
    assert attacker.faults == []


@pytest.mark.parametrize("name", TOO_LARGE)
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password-reset/", "/accounts/language/", "/theme/"])
def test_body_over_the_size_limits_is_refused(targets: Targets, path: str, name: str) -> None:
    attacker = Attacker("")
    kind, body = bodies([])[name]
    assert attacker.send("POST", path, name, body=body, kind=kind).status_code == 400
    assert attacker.faults == []


def test_the_choice_of_the_language_survives_everything(targets: Targets) -> None:
    attacker = Attacker("")
    for name, (kind, body) in bodies([("language", b"en"), ("next", b"/account/")]).items():
        attacker.send("POST", "/accounts/language/", name, body=body, kind=kind)
    assert attacker.faults == []


__all__ = ["FORM"]
