"""The start page `/`, the files of the accent colour, and the choice of language and theme."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from accounts.access import signed_in
from accounts.frame import branding, theme as themes
from accounts.frame.navigation import home_of
from accounts.views.responses import next_or_home, see_path

HOUR = 60 * 60
YEAR = 365 * 24 * HOUR


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect(home_of(signed_in(request)))


@login_not_required
@require_safe
def brand_css(request: HttpRequest) -> HttpResponse:
    """Serve the accent colour as a stylesheet, because the content security policy forbids inline styles."""
    return _of_the_brand(request, branding.stylesheet(settings.ACCENT), "text/css; charset=utf-8")


@login_not_required
@require_safe
def brand_mark(request: HttpRequest) -> HttpResponse:
    """Serve the product's mark in the accent colour, for the tab of the browser."""
    return _of_the_brand(request, branding.mark(settings.ACCENT), "image/svg+xml")


def _of_the_brand(request: HttpRequest, text: str, content_type: str) -> HttpResponse:
    """Answer with a file that may be cached for ever if the URL has its version, otherwise for an hour."""
    response = HttpResponse(text, content_type=content_type)
    if request.GET.get("v") == branding.version():
        patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    else:
        patch_cache_control(response, public=True, max_age=HOUR)
    return response


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
