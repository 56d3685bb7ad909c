"""The inbox: the user's notifications, newest first. The page that one leads to marks it as read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.access import signed_in, tenant_page
from accounts.forms.inbox import MarkReadForm
from accounts.keyset import page_of
from accounts.models import Notification
from accounts.notifications.inbox import groups
from accounts.operations.mark_read import mark_read
from accounts.views.responses import see_other


@require_safe
@tenant_page
def notifications(request: HttpRequest) -> HttpResponse:
    reader = signed_in(request)
    page = page_of(
        Notification.objects.inbox_of(reader),
        cursor=request.GET.get("cursor", ""),
        order=("-created_at", "-id"),
        filters=f"inbox:{reader.pk}",
    )
    context = {"page": page, "groups": groups(page.rows, reader), "now": timezone.now()}
    return render(request, "accounts/notifications.html", context)


@require_POST
@tenant_page
def mark_all_read(request: HttpRequest) -> HttpResponse:
    form = MarkReadForm(request.POST)
    if form.is_valid():
        mark_read(actor=signed_in(request), until=form.cleaned_data["until"])
    return see_other("accounts:notifications")
