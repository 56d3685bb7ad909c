"""App config of accounts: users, tenants, billing facts, the operation log and notifications.

Registers labels and signal receivers. Imports no other app of the project.
"""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

# Labels of the parts of an import, for the remarks of the operation log.
IMPORTED = {
    "account": _("account"),
    "association": _("association"),
    "billing-account": _("billing account"),
    "commitments": _("commitments"),
    "currency": _("currency"),
    "feeds": _("dates of the billing data"),
    "name": _("name"),
}


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.log import sentences
        from accounts.log.triggers import install_after_migrate
        from accounts.models import Channel, Event, Purpose, User
        from accounts.sign_in import (
            sessions,  # noqa: F401  connects its receivers
            sign_in_log,  # noqa: F401  connects its receivers
        )

        sentences.provide_models(self.get_models())
        sentences.provide("role", dict(User.Role.choices))
        sentences.provide("notice", dict(Event.choices))
        sentences.provide("channel", dict(Channel.choices))
        sentences.provide("purpose", dict(Purpose.choices))
        sentences.provide("what", IMPORTED)
        post_migrate.connect(install_after_migrate, sender=self, dispatch_uid="operation log triggers")
