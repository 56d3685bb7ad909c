"""The addresses of the portal."""

from django.contrib import admin
from django.urls import include, path

from accounts.views.home import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("accounts.urls")),
    path("", include("partners.urls")),
    path("admin/", admin.site.urls),
]
handler400 = "accounts.views.errors.bad_request"
handler403 = "accounts.views.errors.permission_denied"
handler404 = "accounts.views.errors.page_not_found"
handler500 = "accounts.views.errors.server_error"
