"""Template tag of the sign-in page: the logins of the demo."""

from __future__ import annotations

from django import template
from django.conf import settings

from portal.demo import tour
from portal.models import DemoMarker

register = template.Library()


@register.simple_tag
def demo_groups() -> tuple[tour.Group, ...]:
    """`{% demo_groups as groups %}`: the logins in groups, or nothing where the demo data are not loaded."""
    return tour.groups() if settings.DEMO and DemoMarker.objects.exists() else ()
