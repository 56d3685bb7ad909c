"""Who may open a page, one decorator a kind of page, and what only vendor staff may do.

Anonymous people are sent to login by middleware.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.models import Tenant, User

View = Callable[..., HttpResponseBase]


class NotAllowed(PermissionDenied):
    """The role or the side may not do this with the request `reference`, which it may read."""

    def __init__(self, reference: str) -> None:
        super().__init__()
        self.reference = reference


def signed_in(request: HttpRequest) -> User:
    """Return the user of a page that only signed-in people reach."""
    return cast("User", request.user)


def tenant_of(request: HttpRequest) -> Tenant:
    """Return the tenant of the signed-in user, on a page that only people of a tenant reach."""
    tenant = signed_in(request).tenant
    if tenant is None:
        raise RuntimeError("A page of a tenant was opened by somebody without a tenant.")
    return tenant


def require_staff(actor: User, reason: str) -> str:
    """Return the stripped reason of vendor staff for an act that only they do. Refuse everybody else, and no reason."""
    if actor.tenant is not None or not actor.is_staff or not reason.strip():
        raise PermissionDenied("Only vendor staff do this, and they give a reason.")
    return reason.strip()


def _allow(rule: Callable[[User], bool]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not rule(signed_in(request)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _is_of(user: User, kind: str) -> bool:
    return user.tenant is not None and user.tenant.is_active and user.tenant.kind == kind


tenant_page = _allow(lambda user: user.tenant is not None and user.tenant.is_active)
customer_page = _allow(lambda user: _is_of(user, "customer"))
partner_page = _allow(lambda user: _is_of(user, "partner"))
administrators_only = _allow(lambda user: user.is_administrator)
