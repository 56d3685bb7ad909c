"""The world of the matrix: somebody of every role with an open session, a request in every state, a row of every model.

The people are those of the role table (partners/tests/cast.py). Built once for all cells; each cell is undone by its
savepoint (portal/tests/test_matrix.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import (
    ChainHead,
    Challenge,
    Channel,
    Event,
    FactKind,
    Heartbeat,
    MemberAccount,
    Notification,
    OperationLogEntry,
    Side,
    Tenant,
    User,
)
from accounts.notifications.channels import OTHER_CHANNELS
from accounts.notifications.outbox import notify
from accounts.tests import factories as rows
from accounts.tests.notices import REQUEST
from accounts.verification import Issued
from partners.models import Association, DisassociationRequest, Grant, Partner, Policy, Statement
from partners.operations.start import start_disassociation
from partners.tests.cast import ROLES, Role, gather
from partners.tests.factories import AssociationFactory, RequestFactory

# The matrix alone asks people whose session ended: their login, or their organisation, is closed after they signed in.
ENDED = (
    Role("gone", rows.UserFactory, "busy customer", "partner"),
    Role("shut", rows.UserFactory, "closed customer", "partner"),
)


@dataclass
class World:
    people: dict[str, User]
    sessions: dict[str, str] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)  # values of the placeholders in the paths of the matrix

    def username(self, role: str) -> str:
        """The login of the role; empty for nobody."""
        return self.people[role].username if role in self.people else ""

    def key(self, row: Model) -> None:
        self.keys[row._meta.label_lower] = row.pk

    def fill(self, path: str) -> str:
        """Return the path with its placeholders filled in with the keys of this world."""
        return re.sub(r"{([^}]+)}", lambda found: str(self.keys[found[1]]), path)


def build(prefix: str = "") -> World:
    """The usernames begin with the prefix, so that another world can be beside it."""
    cast = gather((*ROLES, *ENDED), prefix=prefix)
    world, partner = World(cast.people), cast.partners["partner"]
    _requests(world, partner, cast.partners["other partner"])
    _rows_for_the_admin(world, partner)
    for role, user in world.people.items():
        world.sessions[role] = _session_of(user)
    _deactivate(world)
    _link(world, world.people["c-mem"])
    return world


def _requests(world: World, partner: Partner, other: Partner) -> None:
    """Those of the customer c-adm, one of another partner, and the two kinds of approved ones that wait."""
    now, busy = timezone.now(), world.people["c-adm"].tenant
    active = Association.objects.get(customer=busy)
    former = AssociationFactory(
        customer=busy, partner=other, started_at=now - timedelta(days=900), ended_at=now, ended_by=Side.CUSTOMER
    )
    RequestFactory(reference="D-PENDING", association=active)
    for status in ("rejected", "withdrawn", "expired", "cancelled"):
        _closed(active, status)
    _closed(former, "completed")
    foreign = Association.objects.get(customer=world.people["o-cust"].tenant)
    RequestFactory(reference="D-THEIRS", association=foreign, initiator=Side.PARTNER)
    _approved("D-APPROVED", partner, effective_at=None)
    _approved("D-LATER", partner, effective_at=now + timedelta(days=5))
    for row in DisassociationRequest.objects.all():
        world.keys[row.reference] = row.pk


def _closed(association: Association, status: str) -> None:
    at = timezone.now() - timedelta(days=200)
    RequestFactory(
        reference=f"D-{status.upper()}",
        association=association,
        status=status,
        submitted_at=at,
        closed_at=at,
        decided_by=Side.PARTNER,
        decision_reason="An invoice is open.",
    )


def _approved(reference: str, partner: Partner, **values: Any) -> None:
    """The partner's own, approved by a customer of whom no role is."""
    RequestFactory(
        reference=reference,
        association=AssociationFactory(partner=partner),
        initiator=Side.PARTNER,
        status="approved",
        decided_at=timezone.now(),
        decided_by=Side.CUSTOMER,
        complete_at=timezone.now() + timedelta(days=5),
        **values,
    )


def _rows_for_the_admin(world: World, partner: Partner) -> None:
    tenant = rows.CustomerFactory(is_master=True)
    member = rows.CustomerFactory()
    for row in (
        tenant,
        rows.UserFactory(tenant=tenant),
        rows.OrderFactory(tenant=tenant),
        rows.ArrearsFactory(tenant=tenant),
        rows.ReservedInstanceFactory(tenant=tenant),
        rows.SupportPlanFactory(tenant=tenant),
        rows.CommerceContractFactory(tenant=tenant),
        rows.FactFeedFactory(tenant=tenant, kind=FactKind.ORDERS),
        MemberAccount.objects.create(
            master=tenant, member=member, accounting="independent", since_on=timezone.localdate()
        ),
        Heartbeat.objects.create(job=Heartbeat.Job.VERIFY, at=timezone.now()),
        Group.objects.create(name="desk"),
        partner,
        Association.objects.get(customer=world.people["ready"].tenant),
        DisassociationRequest.objects.get(reference="D-PENDING"),
        _grant(world, tenant),
        Policy.current(),
        Statement.current(),
    ):
        world.key(row)
    _messages(world)
    world.keys["contenttype"] = ContentType.objects.get_for_model(Tenant).pk


def _grant(world: World, customer: Tenant) -> Grant:
    now = timezone.now()
    return Grant.objects.create(
        customer=customer,
        granted_by=world.people["staff"],
        reason="Asked by telephone",
        created_at=now,
        expires_at=now + timedelta(days=90),
    )


def _messages(world: World) -> None:
    """A code with its log entry and its number, notices read and unread, and one that failed."""
    issued = code_for_disassociating(world.people["shut"])
    for row in (issued, issued.device, OperationLogEntry.objects.latest("pk"), ChainHead.objects.latest("pk")):
        world.key(row)
    told = [world.people[role] for role in ("c-adm", "p-adm", "ready")]
    notify(Event.APPROVED, subject="D-1", reference="D-1", recipients=told, channels=OTHER_CHANNELS, context=REQUEST)
    Notification.objects.filter(recipient=told[0], channel=Channel.EMAIL).update(state=Notification.State.FAILED)
    Notification.objects.filter(channel=Channel.PORTAL).update(
        state=Notification.State.SENT, sent_at=timezone.now(), next_attempt_at=timezone.now()
    )
    world.key(Notification.objects.get(state=Notification.State.FAILED))
    world.keys["notice-sent"] = Notification.objects.filter(state=Notification.State.SENT)[0].pk


def code_for_disassociating(user: User) -> Challenge:
    association = Association.objects.active().get(customer=user.tenant)
    answer = start_disassociation(actor=user, association=association, reason="", ip="192.0.2.1")
    assert isinstance(answer, Issued), answer
    return answer.challenge


def _link(world: World, user: User) -> None:
    """The way to a new password that an e-mail names; it ends with the next sign-in."""
    user.refresh_from_db()
    world.keys["uid"] = urlsafe_base64_encode(force_bytes(user.pk))
    world.keys["token"] = default_token_generator.make_token(user)


def _session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return str(client.session.session_key)


def _deactivate(world: World) -> None:
    """After their sessions were opened."""
    User.objects.filter(pk=world.people["gone"].pk).update(is_active=False)
    Tenant.objects.filter(users=world.people["shut"]).update(is_active=False)
