"""Who you are, what your account holds, what was done and told. Imports no other app of the project."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import sessions, sign_in_log  # noqa: F401  their receivers stamp and log every sign-in
        from accounts.append_only import install_after_migrate

        post_migrate.connect(install_after_migrate, sender=self, dispatch_uid="operation log triggers")
