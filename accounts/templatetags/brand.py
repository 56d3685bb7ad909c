"""Template tag of e-mails: the vendor's accent as a plain colour, because mail programs know no brand.css."""

from __future__ import annotations

from django import template
from django.conf import settings

from accounts.frame import colours

register = template.Library()

OURS = "#2450c8"  # --brand of tokens.css


@register.simple_tag
def accent() -> str:
    """`{% accent %}`: the accent as `#rrggbb`, as dark as white text on it needs."""
    chosen = settings.ACCENT if colours.HEX.match(settings.ACCENT) else OURS
    return colours.to_hex(colours.readable(colours.parse(chosen)))
