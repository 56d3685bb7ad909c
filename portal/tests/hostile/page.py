"""What a browser finds on a page: its forms with all they would send, and its links."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = dict[str, str]


@dataclass(frozen=True)
class Field:
    name: str
    kind: str  # the type of an input, or select, textarea, button
    value: str
    choices: tuple[str, ...] = ()


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys(one.name for one in self.fields))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.by_id: dict[str, Form] = {}
        self.links: list[str] = []
        self.inside: Form | None = None
        self.select: tuple[Attributes, list[tuple[str, bool]]] | None = None
        self.textarea: tuple[Attributes, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "form":
            self.inside = Form(found.get("action", ""), found.get("method", "get").lower())
            self.forms.append(self.inside)
            self.by_id[found.get("id", "")] = self.inside
        elif tag == "select":
            self.select = (found, [])
        elif tag == "option" and self.select:
            self.select[1].append((found.get("value", ""), "selected" in found))
        elif tag == "textarea":
            self.textarea = (found, [])
        elif tag in ("input", "button"):
            self._add(found, found.get("type", "text" if tag == "input" else "submit"), found.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "select" and self.select:
            attributes, options = self.select
            chosen = [value for value, is_selected in options if is_selected] or [v for v, _ in options[:1]]
            self._add(attributes, "select", chosen[0] if chosen else "", tuple(value for value, _ in options))
            self.select = None
        elif tag == "textarea" and self.textarea:
            attributes, texts = self.textarea
            self._add(attributes, "textarea", "".join(texts).removeprefix("\n"))
            self.textarea = None

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.textarea[1].append(data)

    def _add(self, attributes: Attributes, kind: str, value: str, choices: tuple[str, ...] = ()) -> None:
        form = self.by_id.get(attributes["form"]) if "form" in attributes else self.inside
        if form is not None and attributes.get("name"):
            form.fields.append(Field(attributes["name"], kind, value, choices))


def read(html: str) -> tuple[list[Form], list[str]]:
    """Return the forms and the links of a page."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms, reader.links
