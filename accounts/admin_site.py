"""The admin of vendor staff, in the vendor's name: its header, and what waits for staff on its first page.

Stands apart from accounts/admin/, which needs the models and the site: apps are read before models can be.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import unquote

from django.conf import settings
from django.contrib.admin import AdminSite, apps
from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class AdminConfig(apps.AdminConfig):
    default_site = "accounts.admin_site.PortalSite"


class PortalSite(AdminSite):
    """There is one way in, the login of the portal: portal/urls.py sends `/admin/login/` there."""

    index_title = gettext_lazy("Administration")
    site_url = None  # staff have no page outside of the admin

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Refuse at once, and not by way of the login, whoever is signed in and may not see the admin.

        A NUL byte is refused here, too: PostgreSQL takes none, and the lists ask it for what their address says. So is
        a day or a number that no calendar and no column holds. Methods that no page of the admin knows are refused
        instead of being answered like GET. A form that a role may not send leaves its entry in the log.
        """
        from accounts.access import NotAllowed
        from accounts.denials import log_denied_as
        from accounts.models import Operation

        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        @require_http_methods(["GET", "HEAD", "POST"])
        @log_denied_as(Operation.RECORD_CHANGED)
        def refused_or_guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                raise NotAllowed(_("The administration is for vendor staff."))
            if "\0" in unquote(request.get_full_path()):
                raise BadRequest
            try:
                return guarded(request, *args, **kwargs)
            except (OverflowError, DataError) as error:
                raise BadRequest from error

        return cast("View", refused_or_guarded)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show staff the portal's own change of the password in the frame of the admin."""
        from accounts.views.password import ChangeView

        view = ChangeView.as_view(
            template_name="registration/password_change_form.html",
            success_url=reverse("admin:index"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return cast("TemplateResponse", view(request))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        header = _("%(product)s administration") % {"product": settings.PRODUCT_NAME}
        return super().each_context(request) | {"site_header": header, "site_title": header}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from accounts.admin.alerts import alerts_for

        return super().index(request, {"alerts": alerts_for(request), **(extra_context or {})})
