"""URLs of the partner relationship: the customer's pages, the request, the partner's pages."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from accounts.views import operation_log
from partners.views.customers import partner_customers
from partners.views.decide import approve, partner_decide, reject
from partners.views.disassociate import disassociate
from partners.views.my_partner import my_partner
from partners.views.partner_process import partner_process
from partners.views.process import process
from partners.views.request import request, withdraw
from partners.views.verify import new_code, verify

app_name = "partners"


class ReferenceConverter(StringConverter):
    """Letters, digits and hyphens, so that NUL bytes never reach the database."""

    regex = "[0-9A-Za-z-]{1,16}"


register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("my-partner/", my_partner, name="my_partner"),
    path("my-partner/disassociate/", disassociate, name="disassociate"),
    path("my-partner/disassociate/verify/", verify, name="verify"),
    path("my-partner/disassociate/verify/new-code/", new_code, name="new_code"),
    path("my-partner/operation-log/", operation_log.operation_log, name="operation_log"),
    path("my-partner/process/", process, name="process"),
    path("requests/<reference:reference>/", request, name="request"),
    path("requests/<reference:reference>/withdraw/", withdraw, name="withdraw"),
    path("requests/<reference:reference>/approve/", approve, name="approve"),
    path("requests/<reference:reference>/reject/", reject, name="reject"),
    path("partner/process/", partner_process, name="partner_process"),
    path("partner/process/<reference:reference>/", partner_decide, name="partner_decide"),
    path("partner/customers/", partner_customers, name="partner_customers"),
    path("partner/operation-log/", operation_log.partner_operation_log, name="partner_operation_log"),
]
