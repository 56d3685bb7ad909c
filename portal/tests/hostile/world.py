"""The world that is attacked: the demo world, with a code on its way to whoever waits for one, and who attacks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.codes import code_for
from accounts.models import Challenge, Heartbeat, Notification, Tenant, User
from accounts.operations.mobile_number import start_number_change
from partners.models import Association, DisassociationRequest, Partner
from partners.operations.grant import grant
from partners.operations.start import start_disassociation
from partners.tests.cast import roles
from partners.tests.way import submit
from portal.demo import cast, world
from portal.tests.given import GIVEN

ANONYMOUS = ""
Undo = Callable[[], None]
# The demo data have somebody for each of these roles. Added here: the only login that sees the hint of every check.
ROLES = (
    ANONYMOUS,
    *(role.in_demo for role in roles("ready", "c-mem", "free", "refer")),
    "customer-all-blockers",
    *(role.in_demo for role in roles("c-adm", "p-adm", "p-mem", "staff")),
)


def build() -> None:
    """Put every page into a state in which it has its forms."""
    world.build()
    people = {user.username: user for user in User.objects.select_related("tenant")}
    ready, referral = people["customer-ready"], people["customer-referral"]
    association = Association.objects.get(customer=ready.tenant, ended_at=None)
    start_disassociation(actor=ready, association=association, reason="", ip="192.0.2.1")
    for user in (ready, referral, people["partner-member"], people["customer-member"]):
        start_number_change(actor=user, number=f"+1415556{user.pk % 10000:04d}", ip="192.0.2.1")
    assert referral.tenant
    grant(actor=people["staff"], customer=referral.tenant, reason="The vendor was late.")
    _wait_for_the_partner(people["customer-request-limit"], people["staff"])
    DisassociationRequest.objects.update(seen_at=timezone.now())  # or the first look would be noted
    Notification.objects.update(read_at=timezone.now())  # or opening their page would mark them
    Group.objects.create(name="Clerks")
    Heartbeat.beat(Heartbeat.Job.VERIFY)
    failed = Notification.objects.exclude(event="code").order_by("pk")[:1]
    Notification.objects.filter(pk__in=failed.values("pk")).update(state=Notification.State.FAILED, sent_at=None)


def _wait_for_the_partner(customer: User, staff: User) -> None:
    """One more request that the partner has to decide."""
    assert customer.tenant
    grant(actor=staff, customer=customer.tenant, reason="The vendor was late.")
    submit(customer, Association.objects.get(customer=customer.tenant, ended_at=None))


def entrances(role: str) -> list[str]:
    """Where a role begins to walk: what no link leads to."""
    if role == ANONYMOUS:
        return [
            "/",
            "/accounts/login/",
            "/accounts/password-reset/sent/",
            "/demo/messages/",
            set_password_link(),
            "/admin/login/",
        ]
    if role == "staff":
        customer = Tenant.objects.customers().order_by("pk")[0]
        acts = [f"/admin/accounts/tenant/act/{word}/?ids={customer.pk}" for word in ("associate", "grant")]
        options = [model._meta for model in admin.site._registry]
        adds = [f"/admin/{one.app_label}/{one.model_name}/add/" for one in options]
        own = ["/admin/password_change/", "/admin/password_change/done/", "/admin/jsi18n/", "/accounts/login/"]
        without_verbs = [f"/admin/partners/{name}/act/none/" for name in ("association", "partner")]
        return [*acts, *adds, *own, *without_verbs, "/admin/"]
    return ["/", "/my-partner/disassociate/verify/", "/account/mobile-number/code/", "/account/mobile-number/"]


def set_password_link(username: str = "customer-ready") -> str:
    user = User.objects.get(username=username)
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return f"/accounts/set-password/{uid}/{default_token_generator.make_token(user)}/"


def client_of(role: str, *, enforce_csrf_checks: bool = False) -> Client:
    client = Client(enforce_csrf_checks=enforce_csrf_checks, raise_request_exception=False)
    if role:
        client.force_login(User.objects.get(username=role), backend="accounts.sign_in.backends.AccountBackend")
    return client


def honest_values(role: str) -> dict[str, str]:
    """What an honest person types, where the page itself does not say it."""
    challenge = Challenge.objects.open().filter(user__username=role).order_by("created_at").first()
    return GIVEN | {
        "username": "customer-ready",
        "password": cast.PASSWORD,
        "old_password": cast.PASSWORD,
        "email": "customer-ready@portal.example" if role == ANONYMOUS else "new@portal.example",
        "code": code_for(challenge) if challenge else "123456",
        "partner": str(Partner.objects.order_by("pk").values_list("pk", flat=True)[0]),
    }


@contextmanager
def undone() -> Iterator[Undo]:
    """A block whose writes are rolled back by the call that it gives; operations may open their own inside of it."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield lambda: transaction.set_rollback(True)
