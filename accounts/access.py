"""Permission decorators of views, and the check for operations of vendor staff.

Middleware redirects anonymous users to the login, so every user here is signed in.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Tenant, User

View = Callable[..., HttpResponseBase]


class NotAllowed(PermissionDenied):
    """The user's role or side does not allow this operation.

    `rule` says who may, in a sentence for the page; `reference` is of a request that the reader may see.
    """

    def __init__(self, rule: str | Promise, reference: str = "") -> None:
        super().__init__()
        self.rule, self.reference = rule, reference


def signed_in(request: HttpRequest) -> User:
    """Return the user of a view that requires login."""
    return cast("User", request.user)


def may_sign_in(user: User) -> bool:
    """Return False for a deactivated user or a user of a deactivated tenant."""
    return user.is_active and (user.tenant is None or user.tenant.is_active)


def tenant_of(request: HttpRequest) -> Tenant:
    """Return the tenant of the signed-in user. Raise RuntimeError for vendor staff: use it below a tenant decorator."""
    tenant = signed_in(request).tenant
    if tenant is None:
        raise RuntimeError("A page of a tenant was opened by somebody without a tenant.")
    return tenant


def require_staff(actor: User, reason: str) -> str:
    """Return the stripped reason. Raise PermissionDenied if `actor` is not vendor staff or the reason is empty."""
    if actor.tenant is not None or not actor.is_staff or not reason.strip():
        raise PermissionDenied("Only vendor staff do this, and they give a reason.")
    return reason.strip()


def _allow(may: Callable[[User], bool], rule: str | Promise) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(signed_in(request)):
                raise NotAllowed(rule)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _is_of(user: User, kind: str) -> bool:
    return user.tenant is not None and user.tenant.is_active and user.tenant.kind == kind


def administrators_only(rule: str | Promise) -> Callable[[View], View]:
    """Allow administrators. `rule` is the sentence on the 403 page: what only they can do, and whom to ask."""
    return _allow(lambda user: user.is_administrator, rule)


tenant_page = _allow(
    lambda user: user.tenant is not None and user.tenant.is_active,
    _("This page is for customers and partners, not for vendor staff."),
)
customer_page = _allow(lambda user: _is_of(user, "customer"), _("This page is for customers."))
partner_page = _allow(lambda user: _is_of(user, "partner"), _("This page is for partners."))
