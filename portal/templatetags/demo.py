"""Template tags of the demo: the logins of the sign-in page, and the code in a text message."""

from __future__ import annotations

import re

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.demo import tour
from portal.models import DemoMarker

register = template.Library()

CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


@register.simple_tag
def demo_groups() -> tuple[tour.Group, ...]:
    """`{% demo_groups as groups %}`: the logins in groups, or nothing where the demo data are not loaded."""
    return tour.groups() if settings.DEMO and DemoMarker.objects.exists() else ()


@register.filter
def mark_code(text: str) -> SafeString:
    """Mark the first code of a text message, so that it is found at a glance."""
    found = CODE.search(text)
    if found is None:
        return format_html("{}", text)
    before, code, after = text[: found.start()], found.group(), text[found.end() :]
    return format_html('{}<strong class="message__code">{}</strong>{}', before, code, after)
