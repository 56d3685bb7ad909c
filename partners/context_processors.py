"""How many requests wait for the reader's own side: the count beside Process in the navigation."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import Side
from partners.models import DisassociationRequest

SHOWN = 99


def process_waiting(request: HttpRequest) -> dict[str, Any]:
    """`process_waiting`, in one query, asked only by a page that shows it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"process_waiting": SimpleLazyObject(lambda: _waiting(user))}


def _waiting(user: Any) -> int:
    if user.tenant is None or not user.is_administrator:
        return 0
    waiting = DisassociationRequest.objects.of_tenant(user.tenant).waiting_for(Side.of(user.tenant))
    return waiting[:SHOWN].count()
