"""Views of the demo. They need no login and do not exist without DEMO."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.demo.messages import all_messages


@login_not_required
@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """Show the sent messages, newest first, as a page or as a JSON array with ?format=json."""
    if not settings.DEMO:
        raise Http404
    found = all_messages()
    if request.GET.get("format") == "json":
        return JsonResponse([sent.as_dict() for sent in found], safe=False)
    return render(request, "demo/messages.html", {"messages_sent": found})
