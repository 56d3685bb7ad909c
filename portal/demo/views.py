"""Views of the demo. They need no login and do not exist without DEMO."""

from __future__ import annotations

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from accounts.forms.login import LoginForm
from accounts.views.responses import see_other
from portal.demo import cast
from portal.demo.messages import all_messages, with_readers
from portal.models import DemoMarker


@login_not_required
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as somebody of the demo, by the ordinary form with the demo's password."""
    _demo_data_only()
    username = request.POST.get("username", "")
    password = cast.PASSWORD if username in cast.logins() else ""
    form = LoginForm(request, {"username": username, "password": password})
    if not form.is_valid():
        return render(request, "accounts/login.html", {"form": form}, status=422)
    auth.login(request, form.user)
    return see_other("home")


@login_not_required
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """Show the sent messages, newest first, as a page or as a JSON array with ?format=json."""
    if not settings.DEMO:
        raise Http404
    found = all_messages()
    if request.GET.get("format") == "json":
        return JsonResponse([sent.as_dict() for sent in found], safe=False)
    return render(request, "demo/messages.html", {"messages_sent": with_readers(found)})


def _demo_data_only() -> None:
    """Refuse to act on a database that `load_demo` did not fill."""
    if not settings.DEMO:
        raise Http404
    if not DemoMarker.objects.exists():
        raise PermissionDenied
