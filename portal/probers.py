"""Who may probe: this machine and the networks of HEALTH_NETWORKS, by any Host, since balancers probe by address."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from accounts.client_ip import client_ip
from portal.refusals import is_loopback

PROBED = frozenset({"/healthz", "/readyz"})


def is_prober(request: HttpRequest) -> bool:
    """Return whether the request comes from loopback or from a network of HEALTH_NETWORKS."""
    address = client_ip(request)
    if address is None:
        return False
    return is_loopback(address) or any(
        ip_address(address) in ip_network(network) for network in settings.HEALTH_NETWORKS
    )


class ProberHostMiddleware:
    """Replaces the Host of a probe with the portal's own name. Belongs before CommonMiddleware, which checks it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info in PROBED and is_prober(request):
            request.META["HTTP_HOST"] = settings.ALLOWED_HOSTS[0].removeprefix(".")
        return self.get_response(request)
