"""`manage.py create_login`: create a login of a tenant and print a link to set its password.

It is in partners, because `--list` shows each customer's partner.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Count, F, FilteredRelation, Q
from django.utils.translation import gettext as _

from accounts.models import Tenant, User
from accounts.normalization import printable
from accounts.operations.create_login import NO_MAILBOX, LoginRefused, create_login
from accounts.password_links import link_hours, set_password_path


class Command(BaseCommand):
    help = (
        "Create a login and print the link with which its owner sets a password. Without --email the login has an "
        "address that reaches nobody: no notices by e-mail, and no password reset by e-mail."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="store_true", help="print key, kind, name, partner and number of logins")
        parser.add_argument("--tenant", metavar="KEY", help="the tenant's key: its account ID")
        parser.add_argument("--role", choices=User.Role.values)
        parser.add_argument("--username")
        parser.add_argument("--email", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            self._list()
            return
        missing = [name for name in ("tenant", "role", "username") if not options[name]]
        if missing:
            names = ", ".join(f"--{name}" for name in missing)
            raise CommandError(_("Missing: %(names)s (or --list, which prints the keys)") % {"names": names})
        self._create(_tenant(options["tenant"]), options)

    def _create(self, tenant: Tenant, options: dict[str, Any]) -> None:
        outcome = create_login(
            actor=None,
            tenant=tenant,
            role=options["role"],
            username=options["username"],
            email=options["email"],
        )
        if isinstance(outcome, LoginRefused):
            raise CommandError(" ".join(outcome.reasons))
        user, hours = outcome.user, link_hours()
        words = _("%(username)s, %(role)s of %(tenant)s. The link works once and is valid for %(hours)s hours:")
        about = {"username": user.username, "role": user.role, "tenant": tenant.name, "hours": hours}
        self.stderr.write(printable(words % about))
        if user.email.endswith(NO_MAILBOX):
            self.stderr.write(_("Without --email they get no notices by e-mail and cannot reset their password."))
        self.stdout.write(settings.PUBLIC_URL + set_password_path(user))

    def _list(self) -> None:
        """Print one tenant per line, tab-separated, ordered by key."""
        self.stdout.write("KEY\tKIND\tNAME\tPARTNER\tLOGINS")
        active = FilteredRelation("associations", condition=Q(associations__ended_at__isnull=True))
        tenants = Tenant.objects.annotate(
            current=active, partner_name=F("current__partner__tenant__name"), logins=Count("users", distinct=True)
        )
        for row in tenants.order_by("key").values_list("key", "kind", "name", "partner_name", "logins").iterator():
            self.stdout.write("\t".join(printable(str(cell)) if cell is not None else "-" for cell in row))


def _tenant(key: str) -> Tenant:
    tenant = Tenant.objects.filter(key=key).first()
    if tenant is None:
        raise CommandError(_("No tenant has the key %(key)s. --list prints the keys.") % {"key": key})
    if not tenant.is_active:
        raise CommandError(_("The tenant %(key)s is not active.") % {"key": key})
    return tenant
