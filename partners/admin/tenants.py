"""Admin verbs for customers: associate with a partner, grant a further request."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from accounts.admin.reasons import ReasonForm, StaffMessage, Verb, done, refused
from accounts.admin.tenants import TenantAdmin
from accounts.dates import moment_words
from accounts.models import Tenant, User
from partners.models import Association, Grant, Partner
from partners.operations.associate import AlreadyAssociated, associate
from partners.operations.grant import grant


class AssociateForm(ReasonForm):
    partner = forms.ModelChoiceField(
        label=gettext_lazy("Partner"),
        queryset=Partner.objects.select_related("tenant").filter(tenant__is_active=True),
        widget=ForeignKeyRawIdWidget(Association._meta.get_field("partner").remote_field, admin.site),
    )
    model = forms.ChoiceField(label=gettext_lazy("Model"), choices=Association.Model.choices)
    field_order = ("partner", "model", "reason")


def _associate(actor: User, customer: Tenant, data: dict[str, Any]) -> StaffMessage:
    if not customer.is_customer:
        return _no_customer(customer)
    answer = associate(
        actor=actor, customer=customer, partner=data["partner"], model=data["model"], reason=data["reason"]
    )
    names = {"customer": customer.name, "partner": answer.association.partner.tenant.name}
    if isinstance(answer, AlreadyAssociated):
        since = {"at": moment_words(answer.association.started_at)}
        return refused(_("%(customer)s is already associated with %(partner)s, since %(at)s.") % (names | since))
    return done(_("%(customer)s is now associated with %(partner)s.") % names)


def _grant(actor: User, customer: Tenant, data: dict[str, Any]) -> StaffMessage:
    if not customer.is_customer:
        return _no_customer(customer)
    unused = Grant.objects.usable(timezone.now()).filter(customer=customer).first()
    if unused is not None:
        names = {"customer": customer.name, "at": moment_words(unused.expires_at)}
        return refused(_("%(customer)s already has a grant that is not used yet. It is valid until %(at)s.") % names)
    granted = grant(actor=actor, customer=customer, reason=data["reason"])
    names = {"customer": customer.name, "at": moment_words(granted.expires_at)}
    return done(_("%(customer)s can send one further request until %(at)s.") % names)


def _no_customer(tenant: Tenant) -> StaffMessage:
    return refused(_("%(name)s is a partner, not a customer.") % {"name": tenant.name})


ASSOCIATE = Verb(
    word="associate",
    label=gettext_lazy("Associate with a partner"),
    explanation=gettext_lazy("The association starts now. A customer has one partner at a time."),
    permission="partners.add_association",
    run=_associate,
    form=AssociateForm,
    applies=lambda tenant: tenant.is_customer,
)
GRANT = Verb(
    word="grant",
    label=gettext_lazy("Grant a further request"),
    explanation=gettext_lazy("The customer can send one request more than the limit allows."),
    permission="partners.add_grant",
    run=_grant,
    applies=lambda tenant: tenant.is_customer,
)

admin.site.unregister(Tenant)


@admin.register(Tenant)
class CustomerAdmin(TenantAdmin):
    verbs = (ASSOCIATE, GRANT)

    def links(self, row: Tenant) -> list[tuple[str, str]]:
        if not row.is_customer:
            return super().links(row)
        associations = reverse("admin:partners_association_changelist")
        return [*super().links(row), (_("Associations"), f"{associations}?customer__id__exact={row.pk}")]
