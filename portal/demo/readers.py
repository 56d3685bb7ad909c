"""Who reads a message of the demo: the person behind a username, an e-mail address or a mobile number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import SmsDevice, User


@dataclass(frozen=True)
class Reader:
    name: str
    organisation: str  # empty: of the vendor


def readers_of(addresses: Collection[str]) -> Mapping[str, Reader]:
    """Return the readers by their address. An address that nobody has any more is left out."""
    return dict((*_by_name(addresses), *_by_number(addresses)))


def _by_name(addresses: Collection[str]) -> Iterable[tuple[str, Reader]]:
    users = User.objects.filter(Q(username__in=addresses) | Q(email__in=addresses)).select_related("tenant")
    for user in users:
        yield user.username, _reader(user)
        yield user.email, _reader(user)


def _by_number(addresses: Collection[str]) -> Iterable[tuple[str, Reader]]:
    numbers = [address for address in addresses if address.startswith("+")]
    devices = SmsDevice.objects.filter(number__in=numbers).select_related("user__tenant").order_by("confirmed", "pk")
    return [(str(device.number), _reader(device.user)) for device in devices]


def _reader(user: User) -> Reader:
    return Reader(user.get_full_name() or user.username, user.tenant.name if user.tenant else "")
