"""Admin verbs for passwords: staff set a password, or mail a link to set one."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import SetPasswordMixin
from django.utils.translation import gettext as _, gettext_lazy

from accounts.access import may_sign_in
from accounts.admin.reasons import ReasonForm, StaffMessage, Verb, done, refused
from accounts.models import User
from accounts.operations.password_link import send_password_link
from accounts.operations.records import record_password_link, save_record


class PasswordForm(SetPasswordMixin, ReasonForm):  # type: ignore[type-arg]
    """A new password, validated by Django's password validators, and the reason."""

    password1, password2 = SetPasswordMixin.create_password_fields()
    field_order = ("password1", "password2", "reason")

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        self.validate_password_for_user(self.rows[0])
        data: dict[str, Any] = super().clean() or {}
        return data


def _set_password(actor: User, user: User, data: dict[str, Any]) -> StaffMessage:
    user.set_password(data["password1"])
    save_record(actor=actor, record=user, changed=["password"], reason=data["reason"])
    return done(_("The password of %(username)s is set. They are signed out everywhere.") % {"username": user.username})


def _send_link(actor: User, user: User, data: dict[str, Any]) -> StaffMessage:
    if not may_sign_in(user):
        return refused(
            _("%(username)s cannot sign in: the login or its tenant is not active.") % {"username": user.username}
        )
    record_password_link(actor=actor, user=user, reason=data["reason"])
    send_password_link(user=user)
    return done(_("We sent %(username)s an e-mail with a link to set a password.") % {"username": user.username})


SET_PASSWORD = Verb(
    word="set-password",
    label=gettext_lazy("Set password"),
    explanation=gettext_lazy(
        "The password changes at once. It is better to send a link, so that they choose their own."
    ),
    permission="accounts.change_user",
    run=_set_password,
    form=PasswordForm,
    is_for_many=False,
)
SEND_LINK = Verb(
    word="send-link",
    label=gettext_lazy("Send password link"),
    explanation=gettext_lazy("We e-mail the owner of the login a link to set a new password."),
    permission="accounts.change_user",
    run=_send_link,
)
