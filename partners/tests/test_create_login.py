"""`manage.py create_login`: a login of a tenant, and the link to set its password."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.log.sentences import remark_of
from accounts.models import Operation, OperationLogEntry, Tenant, User
from accounts.notifications.channels import EmailChannel
from accounts.tests.factories import CustomerFactory, UserFactory
from partners.models import Association

pytestmark = pytest.mark.django_db
PASSWORD = "walnut-canvas-river-41"


@pytest.fixture
def tenant(db: None) -> Tenant:
    return CustomerFactory(key="AWS:100")


def created(capsys: pytest.CaptureFixture[str], *options: str, username: str = "dana") -> str:
    """Return the only line on stdout."""
    call_command("create_login", "--tenant", "AWS:100", "--role", "administrator", "--username", username, *options)
    (line,) = capsys.readouterr().out.splitlines()
    return line


def test_it_makes_a_login_of_the_tenant_and_logs_it(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    created(capsys, "--email", "dana@aws.example")
    user = User.objects.get()
    assert (user.tenant, user.role, user.email, user.is_staff) == (tenant, "administrator", "dana@aws.example", False)
    entry = OperationLogEntry.objects.get()
    assert (entry.operation, entry.customer, entry.side) == (Operation.RECORD_CHANGED, tenant, "vendor")
    assert "dana" in remark_of(entry)


def test_the_link_sets_the_password_and_then_one_signs_in(
    tenant: Tenant, capsys: pytest.CaptureFixture[str], settings: pytest.FixtureRequest
) -> None:
    settings.PUBLIC_URL = "https://portal.example"  # type: ignore[attr-defined]
    link = created(capsys)
    assert link.startswith("https://portal.example/accounts/")
    client = Client()
    form = client.get(link.removeprefix("https://portal.example"), follow=True)
    (path, _status), *_others = form.redirect_chain
    client.post(path, {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert User.objects.get().check_password(PASSWORD)
    response = client.post("/accounts/login/", {"username": "dana", "password": PASSWORD})
    assert response.status_code == 303
    assert client.get(link.removeprefix("https://portal.example")).status_code == 200


def test_without_an_address_it_gets_one_that_reaches_nobody(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    created(capsys)
    created(capsys, username="erin")
    assert set(User.objects.values_list("email", flat=True)) == {"dana@no-mailbox.invalid", "erin@no-mailbox.invalid"}


def test_a_login_without_an_address_gets_no_e_mail(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    created(capsys)
    created(capsys, "--email", "erin@aws.example", username="erin")
    assert [user.username for user in EmailChannel.reachable(list(User.objects.all()))] == ["erin"]


def test_an_unknown_tenant_is_refused(tenant: Tenant) -> None:
    with pytest.raises(CommandError, match="No tenant has the key AWS:101"):
        call_command("create_login", "--tenant", "AWS:101", "--role", "member", "--username", "dana")


def test_an_inactive_tenant_is_refused(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    Tenant.objects.update(is_active=False)
    with pytest.raises(CommandError, match="not active"):
        created(capsys)


def test_a_taken_username_or_address_is_refused_in_any_case(tenant: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    UserFactory(username="Dana", email="Dana@aws.example")
    with pytest.raises(CommandError, match="The username dana is taken"):
        created(capsys)
    with pytest.raises(CommandError, match="belongs to another login"):
        created(capsys, "--email", "dana@AWS.example", username="erin")
    assert User.objects.count() == 1
    assert not OperationLogEntry.objects.exists()


@pytest.mark.parametrize("options", [("--email", "nowhere"), ()])
def test_a_malformed_username_or_address_is_refused(
    tenant: Tenant, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    with pytest.raises(CommandError, match=r"email:|username:"):
        created(capsys, *options, username="dana" if options else "dana@aws.example")


def test_a_missing_option_is_named() -> None:
    with pytest.raises(CommandError, match="--role, --username"):
        call_command("create_login", "--tenant", "AWS:100")


def test_the_list_names_every_tenant_its_partner_and_its_logins(
    association: Association, tenant: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    UserFactory(tenant=association.customer)
    UserFactory(tenant=association.customer)
    call_command("create_login", "--list")
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()[1:]]
    customer, partner = association.customer, association.partner.tenant
    assert sorted(lines) == sorted(
        [
            [customer.key, "customer", customer.name, partner.name, "2"],
            [partner.key, "partner", partner.name, "-", "0"],
            [tenant.key, "customer", tenant.name, "-", "0"],
        ]
    )
