"""User: a login of one tenant, or of vendor staff without a tenant."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager as DjangoUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.models.tenant import Tenant

# "@" is not allowed: login accepts e-mail addresses, so such a username could be taken for another user's address.
username_validator = RegexValidator(r"^[\w.+-]+\Z", _("Use letters, digits and . + - _ only."))


class UserQuerySet(models.QuerySet["User"]):
    def administrators_of(self, *tenants: Tenant | int) -> UserQuerySet:
        """The active administrators of the tenants. They receive the notices."""
        return self.filter(tenant__in=tenants, tenant__is_active=True, role=User.Role.ADMINISTRATOR, is_active=True)


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra: Any
    ) -> User:
        extra.setdefault("is_staff", True)
        extra.setdefault("is_superuser", True)
        user: User = self.create_user(username, email, password, **extra)
        return user


class User(AbstractUser):
    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", _("Administrator")
        MEMBER = "member", _("Member")

    username = models.CharField(_("username"), max_length=150, unique=True, validators=[username_validator])
    email = models.EmailField(_("e-mail address"))
    tenant = models.ForeignKey(
        Tenant,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("tenant"),
        help_text=_("Empty for vendor staff only."),
    )
    role = models.CharField(_("role"), max_length=13, choices=Role, blank=True)
    language = models.CharField(_("language"), max_length=16, default="en")
    password_link_at = models.DateTimeField(_("last link to set a password"), null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_username_is_unique_in_any_case"),
            models.UniqueConstraint(Lower("email"), name="user_email_is_unique_in_any_case"),
            models.CheckConstraint(
                condition=(Q(tenant__isnull=True) & Q(role="") & Q(is_staff=True))
                | (
                    Q(tenant__isnull=False)
                    & Q(role__in=["administrator", "member"])
                    & Q(is_staff=False)
                    & Q(is_superuser=False)
                ),
                name="user_is_staff_or_of_one_tenant",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "role"], name="user_by_tenant_and_role"),
            models.Index(fields=["role", "username"], name="user_by_role"),
            models.Index(fields=["username"], condition=Q(is_staff=True), name="user_staff"),
            models.Index(fields=["username"], condition=Q(is_active=False), name="user_inactive"),
        ]

    @property
    def is_administrator(self) -> bool:
        """True for administrators of a tenant, never for vendor staff."""
        return self.role == self.Role.ADMINISTRATOR
