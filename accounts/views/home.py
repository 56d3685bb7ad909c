"""The start page `/`, the stylesheet of the accent colour, and the choice of language and theme."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from accounts.access import signed_in
from accounts.frame import branding, theme as themes
from accounts.frame.navigation import home_of
from accounts.views.responses import next_or_home, see_path


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect(home_of(signed_in(request)))


@login_not_required
@require_safe
@cache_control(public=True, max_age=86400)
def brand_css(_request: HttpRequest) -> HttpResponse:
    """Serve the accent colour as a stylesheet, because the content security policy forbids inline styles."""
    return HttpResponse(branding.stylesheet(settings.ACCENT), content_type="text/css; charset=utf-8")


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    return set_language(request)


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Store the chosen theme in a cookie: `light`, `dark`, or `system` for that of the device."""
    response = see_path(next_or_home(request, request.POST.get("next", "")))
    themes.keep(response, request.POST.get("theme", ""))
    return response
