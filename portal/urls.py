"""Root URLs: health checks, admin and the apps."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import NotAllowed
from accounts.views.home import home
from portal import health


@login_not_required
@require_safe
def admin_login(request: HttpRequest) -> HttpResponse:
    """Redirect to the portal's login. A signed-in user who is redirected here has no permission for the admin."""
    if request.user.is_authenticated:
        raise NotAllowed(_("The administration is for vendor staff."))
    return redirect_to_login(request.GET.get("next", "/admin/"))


urlpatterns = [
    path("", home, name="home"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("admin/login/", admin_login),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("partners.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("portal.demo.urls")))

handler400 = "accounts.views.errors.bad_request"
handler403 = "accounts.views.errors.permission_denied"
handler404 = "accounts.views.errors.page_not_found"
handler500 = "accounts.views.errors.server_error"
