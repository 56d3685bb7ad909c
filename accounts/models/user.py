"""User: a login. It belongs to one tenant, or to the vendor's staff and to none.

Usernames and addresses are compared by stored columns that Python derives from them: both databases then agree, and
no two logins are equal or read alike. Logins that were there before and collide have NULL in the later one's column:
`manage.py find_look_alikes` lists them.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager as DjangoUserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext as _now, gettext_lazy as _

from accounts.address_fields import AddressField
from accounts.models.derived import DERIVED, DerivedField, derive
from accounts.models.tenant import Tenant

# No "@": a username that looks like an e-mail address could sign in as another user's. No letters without ink.
username_validator = RegexValidator(
    r"^(?:(?![\u115f\u1160\u3164\uffa0])[\w.+-])+\Z", _("Use letters, digits and . + - _ only.")
)


class UserQuerySet(models.QuerySet["User"]):
    def called(self, name: str) -> UserQuerySet:
        """Return the login of that username or e-mail address; a username never holds an "@", so at most one.

        Of two older logins with one normal form the later one is found under its exact name alone.
        """
        field = "email" if "@" in name else "username"
        exact, key = Q(**{field: name.strip()}), f"{field}_key"
        found = self.filter(Q(**{key: derive(key, name)}) | (exact & Q(**{f"{key}__isnull": True})))
        return found.order_by(Case(When(exact, then=0), default=1), F(key).asc(nulls_last=True))[:1]

    def reading_like(self, field: str, text: str) -> UserQuerySet:
        """Return the logins whose username or address (`field`) is equal to `text` or reads like it."""
        equal = Q(**{f"{field}_key": derive(f"{field}_key", text)})
        return self.filter(equal | Q(**{f"{field}_skeleton": derive(f"{field}_skeleton", text)}))

    def administrators_of(self, *tenants: Tenant | int) -> UserQuerySet:
        """The active administrators of the tenants. They receive the notices."""
        return self.filter(tenant__in=tenants, tenant__is_active=True, role=User.Role.ADMINISTRATOR, is_active=True)


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra: Any
    ) -> User:
        extra.setdefault("is_staff", True)
        extra.setdefault("is_superuser", True)
        if self.reading_like("username", username).exists():
            raise ValidationError(
                _now("The username %(name)s is taken, or reads like one that is.") % {"name": username}
            )
        user: User = self.create_user(username, email, password, **extra)
        return user


class User(AbstractUser):
    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", _("Administrator")
        MEMBER = "member", _("Member")

    username = models.CharField(_("username"), max_length=150, unique=True, validators=[username_validator])
    username_key = DerivedField(_("username as compared"))
    username_skeleton = DerivedField(_("username as read"))
    email = AddressField(_("e-mail address"))
    email_key = DerivedField(_("e-mail address as compared"))
    email_skeleton = DerivedField(_("e-mail address as read"))
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
            *(models.UniqueConstraint(fields=[name], name=f"user_{name}_is_unique") for name in DERIVED),
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

    def save(self, *args: Any, **options: Any) -> None:
        """Save the derived columns with a username or an address that changes, also where one of them is NULL."""
        if (changed := options.get("update_fields")) is not None:
            derived = {column for column, (source, _function) in DERIVED.items() if source in changed}
            for name in derived:
                setattr(self, name, "")
            options["update_fields"] = {*changed, *derived}
        super().save(*args, **options)
