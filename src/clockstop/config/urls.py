"""Which room answers which address."""

from django.urls import include, path

urlpatterns = [
    path("", include("clockstop.accounts.urls")),
    path("", include("clockstop.pages.urls")),
    path("", include("clockstop.pages.api.site")),
]

handler400 = "clockstop.pages.errors.bad_request"
handler403 = "clockstop.pages.errors.permission_denied"
handler404 = "clockstop.pages.errors.page_not_found"
handler500 = "clockstop.pages.refusals.server_error"
