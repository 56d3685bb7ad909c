"""The code page: it asks for a verification code, and says why a code was refused or not sent.

Every step that a code confirms uses it, with a template that extends `code_page.html` and its `context`. Views of both
apps import this.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.forms.code import CodeForm
from accounts.models import Challenge
from accounts.verification import CodeRefusal, Limited, Locked, Superseded, Wrong, code_page, refusal_words
from accounts.views.responses import retry_after, see_other


def show_code_page(
    request: HttpRequest, template: str, challenge: Challenge | None, form: CodeForm | None = None, **context: object
) -> HttpResponse:
    """Render the code page. An invalid `form` is answered with 422; its errors are shown if a code can be entered."""
    page = code_page(challenge)
    status = 422 if form is not None and form.errors else 200
    context |= {"page": page, "form": form if form is not None and page.can_enter else CodeForm()}
    return render(request, template, context, status=status)


def refuse_code(
    request: HttpRequest, template: str, challenge: Challenge | None, answer: CodeRefusal, **context: object
) -> HttpResponse:
    """Show the refusal on the code page: 429 with Retry-After for a limit or a lock, otherwise 422.

    `challenge` is the open challenge after the refusal, or None.
    """
    until = _possible_from(answer)
    form = CodeForm.refused(refusal_words(answer), at_field=isinstance(answer, Wrong | Superseded))
    context |= {"page": code_page(challenge, closed_until=until), "form": form}
    if until is None:
        return render(request, template, context, status=422)
    return retry_after(render(request, template, context, status=429), until)


def new_code_sent(request: HttpRequest, to: str, *args: str) -> HttpResponse:
    """Redirect to the code page (`to` and `args`) with a message that a new code was sent."""
    messages.success(request, _("We sent you a new code. Your previous code no longer works."))
    return see_other(to, *args)


def _possible_from(answer: CodeRefusal) -> datetime | None:
    match answer:
        case Locked(until=at) | Limited(retry_at=at):
            return at
    return None
