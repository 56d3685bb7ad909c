"""The navigation sections of customers and partners, which partners/apps.py registers with accounts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.frame.navigation import Place, Section
from accounts.models import User


def _home_of_partner(user: User) -> str:
    return "partners:partner_process" if user.is_administrator else "partners:partner_customers"


CUSTOMER = Section(
    _("Partner"),
    (
        Place(
            "my-partner",
            "partners:my_partner",
            _("My Partner"),
            "partner",
            frozenset({"partners:disassociate", "partners:verify", "partners:request"}),
        ),
        Place("process", "partners:process", _("Process"), "process", administrators_only=True),
        Place("operation-log", "partners:operation_log", _("Operation Log"), "log"),
    ),
    home=lambda _user: "partners:my_partner",
)
PARTNER = Section(
    _("Customers"),
    (
        Place("customers", "partners:partner_customers", _("Customers"), "people"),
        Place(
            "process",
            "partners:partner_process",
            _("Process"),
            "process",
            frozenset({"partners:partner_decide", "partners:request", "partners:approve", "partners:reject"}),
            administrators_only=True,
        ),
        Place("operation-log", "partners:partner_operation_log", _("Operation Log"), "log"),
    ),
    home=_home_of_partner,
)
