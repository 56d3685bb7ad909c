"""The addresses of the partner relationship: the customer's pages, the request, the partner's pages."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path

from accounts.views import operation_log

app_name = "partners"


def _coming(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Holds the name of a page that lands next."""
    raise Http404


urlpatterns = [
    path("my-partner/", _coming, name="my_partner"),
    path("my-partner/disassociate/", _coming, name="disassociate"),
    path("my-partner/disassociate/verify/", _coming, name="verify"),
    path("my-partner/disassociate/verify/new-code/", _coming, name="new_code"),
    path("my-partner/operation-log/", operation_log.operation_log, name="operation_log"),
    path("my-partner/process/", _coming, name="process"),
    path("requests/<str:reference>/", _coming, name="request"),
    path("requests/<str:reference>/withdraw/", _coming, name="withdraw"),
    path("requests/<str:reference>/approve/", _coming, name="approve"),
    path("requests/<str:reference>/reject/", _coming, name="reject"),
    path("partner/process/", _coming, name="partner_process"),
    path("partner/process/<str:reference>/", _coming, name="partner_decide"),
    path("partner/customers/", _coming, name="partner_customers"),
    path("partner/operation-log/", operation_log.partner_operation_log, name="partner_operation_log"),
]
