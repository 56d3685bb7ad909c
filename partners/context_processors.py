"""Context processor of the badge next to Process in the navigation: how many requests wait for the user's side."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Side
from partners.models import DisassociationRequest

MAX_COUNT = 99


def process_waiting(request: HttpRequest) -> dict[str, Any]:
    """Add `process_waiting`. It is lazy: the query runs only on pages that show the badge.

    A view that has read the customer's open requests passes the number itself (`Reader.waiting_in`).
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"process_waiting": SimpleLazyObject(lambda: _waiting(user))}


def _waiting(user: Any) -> int:
    if user.tenant is None or not user.is_administrator:
        return 0
    waiting = DisassociationRequest.objects.of_tenant(user.tenant).waiting_for(Side.of(user.tenant))
    return waiting[:MAX_COUNT].count()
