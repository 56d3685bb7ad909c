"""The admin site of vendor staff: its title, its permission checks and the alerts on its index page.

It is not in accounts/admin/, because Django loads the app config before the models, which accounts/admin/ imports.
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
    """The admin has no login of its own: portal/urls.py redirects `/admin/login/` to the portal's login."""

    index_title = gettext_lazy("Administration")
    site_url = None  # staff have no pages outside of the admin

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Answer signed-in users without permission with 403 instead of a redirect to the login.

        Also answer 400 to a NUL byte in the URL, which PostgreSQL cannot store, and to dates or numbers out of range;
        and 405 to methods other than GET, HEAD and POST. A POST that is refused by role is logged.
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
        """Show the portal's password form in the layout of the admin."""
        from accounts.views.password import ChangeView

        view = ChangeView.as_view(
            template_name="registration/password_change_form.html",
            success_url=reverse("admin:index"),
            extra_context={**self.each_context(request), **(extra_context or {})},
        )
        return cast("TemplateResponse", view(request))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        from accounts.admin.sections import sections_of

        header = _("%(product)s administration") % {"product": settings.PRODUCT_NAME}
        sections = sections_of(self, request) if self.has_permission(request) else []
        return super().each_context(request) | {"site_header": header, "site_title": header, "sections": sections}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        from accounts.admin.alerts import alerts_for

        return super().index(request, {"alerts": alerts_for(request), **(extra_context or {})})
