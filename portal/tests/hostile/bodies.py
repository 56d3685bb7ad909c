"""Bodies that are no form, or one that is broken: each a content type and what is sent under it."""

from __future__ import annotations

from portal.tests.hostile.values import MIB, Pairs, encoded

FORM = "application/x-www-form-urlencoded"
EDGE = "x-edge"
OF_MODELS = (
    "id",
    "pk",
    "user",
    "user_id",
    "actor",
    "tenant",
    "tenant_id",
    "role",
    "is_staff",
    "is_superuser",
    "status",
)
OF_REQUESTS = ("association", "customer", "partner", "side", "initiator", "reference", "policy", "purpose", "subject")
OF_FRAMEWORKS = ("_method", "__class__", "__proto__", "constructor", "next", "submitted_at", "due_at", "created_by")
MULTIPART = f"multipart/form-data; boundary={EDGE}"


def bodies(honest: Pairs) -> dict[str, tuple[str, bytes]]:
    """Every broken body for a form whose honest pairs are these."""
    form, parts = encoded(honest), _multipart(honest)
    return {
        "JSON": ("application/json", b'{"code": ["123456"], "reason": {"a": 1}}'),
        "plain text": ("text/plain", form),
        "no content type": ("", form),
        "a malformed content type": ("\x80/;;=\xff", form),
        "XML": ("application/xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
        "nothing at all": (FORM, b""),
        "raw bytes": (FORM, bytes(range(256)) * 4),
        "separators only": (FORM, b"&&==&=;%&%zz=%"),
        "another charset": (f"{FORM}; charset=utf-16", form),
        "a charset that is no text": (f"{FORM}; charset=zlib", form),
        "too many fields": (FORM, b"&".join(b"f%d=1" % number for number in range(1001))),
        "too large": (FORM, b"reason=" + b"a" * MIB),
        "every field twice": (FORM, b"&".join([form, form])),
        "every field as an array": (FORM, encoded((f"{name}[]", value) for name, value in honest)),
        "every field indexed": (FORM, encoded((f"{name}[0][$ne]", value) for name, value in honest)),
        "multipart": (MULTIPART, parts),
        "multipart without its end": (MULTIPART, parts[: len(parts) // 2]),
        "multipart with another boundary": ("multipart/form-data; boundary=other", parts),
        "multipart without a boundary": ("multipart/form-data", parts),
        "multipart with a bad boundary": ("multipart/form-data; boundary=\x01\xff", parts),
        "multipart with a charset that is no text": (f"{MULTIPART}; charset=zlib", parts),
        "multipart in UTF-7": (f"{MULTIPART}; charset=utf-7", parts),
        "multipart in UTF-16": (f"{MULTIPART}; charset=utf-16", parts),
        "multipart in an unknown charset": (f"{MULTIPART}; charset=no-such", parts),
        "multipart with files": (MULTIPART, _multipart(honest, as_file=True)),
        "multipart with too many files": (MULTIPART, _multipart([("f", b"x")] * 101, as_file=True)),
        "multipart with a broken base64 part": (MULTIPART, _base64_part()),
        "multipart too large": (MULTIPART, _multipart([("reason", b"a" * MIB), *honest])),
    }


def forged(honest: Pairs) -> Pairs:
    """Fields that the form does not have, under names that models and frameworks know."""
    sent = dict(honest)
    return [*honest, *((name, b"1") for name in (*OF_MODELS, *OF_REQUESTS, *OF_FRAMEWORKS) if name not in sent)]


def _multipart(pairs: Pairs, *, as_file: bool = False) -> bytes:
    file = '; filename="../../a\\".html"' if as_file else ""
    head = '--{edge}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    parts = [head.format(edge=EDGE, name=name, file=file).encode() + value + b"\r\n" for name, value in pairs]
    return b"".join(parts) + f"--{EDGE}--\r\n".encode()


def _base64_part() -> bytes:
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="reason"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head.encode() + b"!!!=\xff\r\n" + f"--{EDGE}--\r\n".encode()
