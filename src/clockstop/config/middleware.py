"""Headers that every answer carries: the strict content security policy with its nonce, and what follows from it."""

import secrets

from django.conf import settings

from clockstop.accounts.network_address import is_from_proxy

# No inline style or script and no eval: charts are drawn with Vega's expression interpreter.
# A data: image is what the design system's own stylesheet draws its icons with.
_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def content_security_policy(get_response):
    """Set the policy; a template that needs an inline script gives it `request.csp_nonce`."""

    def respond(request):
        request.csp_nonce = secrets.token_urlsafe(18)
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY.format(nonce=request.csp_nonce))
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")  # patients' data stay out of every cache
        return response

    return respond


def believed_https(get_response):
    """In production, let only a proxy of ours say that a request came through https: anybody can send that header."""

    def respond(request):
        if settings.PRODUCTION and not is_from_proxy(request):
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return get_response(request)

    return respond
