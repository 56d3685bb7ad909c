"""The demo world and that of the matrix, and beside them a request in every state, one with the longest text."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.tokens import default_token_generator
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import Challenge, FactFeed, FactKind, Notification, SmsDevice, Tenant, User
from accounts.tests.factories import (
    ArrearsFactory,
    CustomerFactory,
    OrderFactory,
    PartnerTenantFactory,
    SmsDeviceFactory,
    UserFactory,
)
from partners.models import Association, DisassociationRequest, Partner, Status
from partners.operations.approve import approve
from partners.operations.cancel import cancel
from partners.operations.complete import complete
from partners.operations.grant import grant
from partners.operations.reject import reject
from partners.operations.withdraw import withdraw
from partners.tests.factories import AssociationFactory, RequestFactory
from partners.tests.way import start, submit
from portal.demo import cast, world
from portal.tests import matrix_world
from portal.tests.gallery.places import STATES, Place, of_matrix

LONG_NAME = "Weltumspannendverwaltungsgesellschaft für Einkauf, Beteiligungen und gemeinsame Beschaffung mbH & Co. KG"
LONG_WORD = "purchasing" * 14  # as long as the address of a ticket
LONG_REASON = ("We bring purchasing back in-house. " * 10)[:500].strip() + f" {LONG_WORD}"


class Gallery:
    """`names` fills the addresses of the places: the reference of a request in each state, and a password link."""

    def __init__(self) -> None:
        settings.MESSAGES_FILE.unlink(missing_ok=True)
        world.build()
        self.matrix = matrix_world.build(prefix="matrix-")
        self.partner = Partner.objects.get(tenant__name=cast.PARTNER)
        self.decider = User.objects.get(username="partner-admin")
        self.staff = User.objects.get(username="staff")
        self.names = {"password_link": _password_link(self.decider)}
        self._open()
        self._over()
        self._people()

    def places(self) -> dict[str, list[Place]]:
        """By who opens them: those of the matrix, then those of the states."""
        found: dict[str, list[Place]] = {}
        for username, place in of_matrix(self.matrix):
            found.setdefault(username, []).append(place)
        for username, places in STATES.items():
            found.setdefault(username, []).extend(places)
        return found

    def _customer(self, word: str, name: str = "", model: str = Association.Model.RESELLER) -> Association:
        """A customer of the partner, whose administrator `of-<word>` can prove itself by a code."""
        tenant = CustomerFactory(key=f"gallery:{word}", name=name or f"{word.capitalize()} Limited")
        user = UserFactory(username=f"of-{word}", tenant=tenant, email=f"{word}@gallery.example")
        _sign_in_as_in_the_demo(user)
        SmsDeviceFactory(user=user)
        return AssociationFactory(customer=tenant, partner=self.partner, model=model)

    def _submit(self, word: str, reason: str = "", **customer: str) -> DisassociationRequest:
        association = self._customer(word, **customer)
        request = submit(User.objects.get(username=f"of-{word}"), association, reason)
        self.names[word] = request.reference
        return request

    def _open(self) -> None:
        self._submit("pending")
        self._submit("long", LONG_REASON, name=LONG_NAME)
        overdue = self._submit("overdue", "Asked a month ago.")
        long_ago = timezone.now() - timedelta(days=30)
        _change(overdue, submitted_at=long_ago, due_at=long_ago + timedelta(days=10))
        OrderFactory(tenant=self._submit("unpaid").customer)
        blocked = self._submit("blocked")
        OrderFactory(tenant=blocked.customer)
        _change(blocked, status=Status.APPROVED, decided_at=timezone.now(), decided_by="partner")
        complete(request=blocked)
        asked = DisassociationRequest.objects.get(customer__name="Maple Lane Books")
        self.names["asked"] = asked.reference

    def _over(self) -> None:
        reject(actor=self.decider, request=self._submit("rejected"), reason=LONG_REASON)
        withdrawn = self._submit("withdrawn")
        withdraw(actor=withdrawn.requested_by, request=withdrawn)
        cancel(actor=self.staff, request=self._submit("cancelled"), reason="Sent twice.")
        approve(actor=self.decider, request=self._submit("completed"))
        self._submit("referred", model=Association.Model.REFERRAL)
        _change(self._submit("expired"), status=Status.EXPIRED, closed_at=timezone.now())

    def _people(self) -> None:
        """Who shows a page that nobody else shows."""
        grant(actor=self.staff, customer=Tenant.objects.get(name="Saltmarsh Foods"), reason="Urgent.")
        unknown = self._customer("unknown").customer
        for kind in FactKind:
            FactFeed.objects.create(tenant=unknown, kind=kind, keeper=FactFeed.Keeper.EXTERNAL)
        refused = self._customer("refused")
        for days in (400, 300):
            at = timezone.now() - timedelta(days=days)
            RequestFactory(
                association=refused,
                initiator="partner",
                requested_by=self.decider,
                status=Status.REJECTED,
                submitted_at=at,
                decided_at=at,
                decided_by="customer",
                decision_reason=LONG_REASON,
                closed_at=at,
            )
        many = self._customer("many").customer
        ArrearsFactory(tenant=many, amount=0)
        OrderFactory.create_batch(60, tenant=many)
        for word in ("locked", "newcomer"):
            self._customer(word)
        self._codes()
        lonely = UserFactory(username="lonely-partner", tenant=PartnerTenantFactory(name="Lonely Partner"))
        _sign_in_as_in_the_demo(lonely)
        Group.objects.create(name="Clerks")
        Notification.objects.filter(channel="email").update(state=Notification.State.FAILED, last_error="SMTP 550")

    def _codes(self) -> None:
        """A code that has expired, and somebody who may enter none."""
        late, barred = self._customer("late"), self._customer("barred")
        start(User.objects.get(username="of-late"), late)
        Challenge.objects.filter(user__tenant=late.customer).update(expires_at=timezone.now())
        SmsDevice.objects.filter(user__tenant=barred.customer).update(
            throttling_failure_count=settings.CODE_TRIES_AN_HOUR, throttling_failure_timestamp=timezone.now()
        )


def _change(request: DisassociationRequest, **values: object) -> None:
    DisassociationRequest.objects.filter(pk=request.pk).update(**values)
    request.refresh_from_db()


def _sign_in_as_in_the_demo(user: User) -> None:
    user.set_password(cast.PASSWORD)
    user.save()


def _password_link(user: User) -> str:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return f"/accounts/set-password/{uid}/{default_token_generator.make_token(user)}/"
