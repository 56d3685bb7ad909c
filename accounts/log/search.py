"""Search of the operation log: by the reference of a request, or by the ID or name of the other side."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import OperationLogEntry, Tenant
from accounts.models.tenant import TenantQuerySet

REFERENCE = re.compile(r"[A-Z]-[0-9A-Z]{8}", re.IGNORECASE)
MOST = 20  # organisations whose entries one search reads


def search(reader: Tenant, text: str) -> Q:
    """Return the condition for entries that `text` finds. Raise ValidationError if too many organisations match."""
    if REFERENCE.fullmatch(text):
        return Q(reference=text.upper())
    found = list(_other_sides(reader, text).values_list("pk", flat=True)[: MOST + 1])
    if len(found) > MOST:
        message = _("More than %(most)d organisations match. Enter more of the name, or the ID.")
        raise ValidationError(message, params={"most": MOST})
    return Q(customer__in=found) if reader.is_partner else Q(partner__in=found)


def _other_sides(reader: Tenant, text: str) -> TenantQuerySet:
    """The organisations of the reader's own log whose ID is `text` or whose name contains it."""
    kind = Tenant.Kind.CUSTOMER if reader.is_partner else Tenant.Kind.PARTNER
    us, them = ("partner", "customer") if reader.is_partner else ("customer", "partner")
    matching = Tenant.objects.filter(Q(key=text) | Q(name__icontains=text), kind=kind)
    return matching.filter(Exists(OperationLogEntry.objects.filter(**{us: reader, them: OuterRef("pk")})))
