"""Django system checks of settings that can only be validated after the apps are loaded."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from accounts import sms


@register()
def sms_backend_can_be_made(**_kwargs: Any) -> list[CheckMessage]:
    """Create the SMS backend once, so that a wrong path or URL is reported at startup."""
    try:
        sms.get_backend()
    except (ImportError, ImproperlyConfigured, TypeError) as problem:
        return [
            Error(
                f"SMS_BACKEND {settings.SMS_BACKEND!r} fails ({problem}): write the path of a backend class.",
                id="portal.E001",
            )
        ]
    return []
