"""Links with which users set a password. The token is made when the link is sent or printed, and stored nowhere."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import User


def set_password_path(user: User) -> str:
    """Return the path of the page where `user` sets a password. Valid once, for PASSWORD_RESET_TIMEOUT seconds."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("accounts:password_reset_confirm", args=[uid, default_token_generator.make_token(user)])


def link_hours() -> int:
    """Return how many hours a link is valid."""
    return settings.PASSWORD_RESET_TIMEOUT // 3600
