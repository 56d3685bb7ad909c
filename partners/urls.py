"""The addresses of the partner relationship: the customer's pages, the request, the partner's pages."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from accounts.views import operation_log
from partners.views.disassociate import disassociate
from partners.views.my_partner import my_partner
from partners.views.process import process
from partners.views.request import request, withdraw
from partners.views.verify import new_code, verify

app_name = "partners"


def _coming(http_request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Holds the name of a page that lands next."""
    raise Http404


urlpatterns = [
    path("my-partner/", my_partner, name="my_partner"),
    path("my-partner/disassociate/", disassociate, name="disassociate"),
    path("my-partner/disassociate/verify/", verify, name="verify"),
    path("my-partner/disassociate/verify/new-code/", new_code, name="new_code"),
    path("my-partner/operation-log/", operation_log.operation_log, name="operation_log"),
    path("my-partner/process/", process, name="process"),
    path("requests/<str:reference>/", request, name="request"),
    path("requests/<str:reference>/withdraw/", withdraw, name="withdraw"),
    path("requests/<str:reference>/approve/", _coming, name="approve"),
    path("requests/<str:reference>/reject/", _coming, name="reject"),
    path("partner/process/", _coming, name="partner_process"),
    path("partner/process/<str:reference>/", _coming, name="partner_decide"),
    path("partner/customers/", _coming, name="partner_customers"),
    path("partner/operation-log/", operation_log.partner_operation_log, name="partner_operation_log"),
]
