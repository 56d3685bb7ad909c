"""Template tags for the partials of pages: breadcrumb, steps and form fields."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BoundField, Select
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

SELECTED = mark_safe(" selected")


@register.inclusion_tag("partials/_breadcrumb.html")
def breadcrumb(*pairs: str) -> dict[str, Any]:
    """`{% breadcrumb "accounts:account" _("Account Center") "/requests/D-1/" "D-1" %}`: URL name or path, text."""
    steps = [
        {"href": to if to.startswith("/") else reverse(to), "text": text}
        for to, text in zip(pairs[::2], pairs[1::2], strict=True)
    ]
    return {"steps": steps}


@register.inclusion_tag("partials/_steps.html")
def steps(current: int, *names: str) -> dict[str, Any]:
    """`{% steps 2 _("Account check") _("Confirm") _("Verification code") _("Submitted") %}`."""
    return {"current": current, "names": names}


@register.inclusion_tag("partials/_field.html")
def field(bound: BoundField, hint: str = "") -> dict[str, Any]:
    """`{% field form.username %}`: label, hint, error and control, linked by ARIA attributes."""
    return {"field": bound, "hint": hint or bound.help_text}


@register.inclusion_tag("partials/_choice.html")
def choice(bound: BoundField) -> dict[str, Any]:
    """`{% choice form.understand %}`: a checkbox whose whole line is clickable."""
    return {"field": bound}


@register.simple_tag
def control(bound: BoundField, hint: str = "", css: str = "field__input") -> SafeString:
    """Render the input of a field with its CSS class and ARIA attributes."""
    widget = bound.field.widget
    name = bound.id_for_label
    described = " ".join(
        part for part in (f"{name}-hint" if hint else "", f"{name}-error" if bound.errors else "") if part
    )
    classes = [css, str(widget.attrs.get("class", ""))]
    if getattr(widget, "input_type", None) is None and not hasattr(widget, "choices"):
        classes.append("field__input--area")
    attributes: dict[str, Any] = {"class": " ".join(filter(None, classes)), "aria-describedby": described or None}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    given = {key: value for key, value in attributes.items() if value}
    if bound.field.required and bound.form.use_required_attribute:
        given["required"] = "required"
    return _select(bound, given) if type(widget) is Select else bound.as_widget(attrs=given)


def _select(bound: BoundField, attributes: dict[str, Any]) -> SafeString:
    """Render a select without Django's widget, which renders a template per option: that is slow for long lists."""
    chosen = str(bound.value() or "")
    options = format_html_join(
        "\n",
        '<option value="{}"{}>{}</option>',
        ((value, SELECTED if str(value) == chosen else "", label) for value, label in bound.field.widget.choices),
    )
    named = {"name": bound.html_name, "id": bound.id_for_label, **attributes}
    return format_html("<select{}>\n{}</select>", format_html_join("", ' {}="{}"', named.items()), options)
