"""Going to the provider of OpenID Connect and coming back."""

import secrets

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from requests import RequestException

from clockstop.accounts.open_id import OpenId, OutsideSignIns, nonce_of, provider_name
from clockstop.accounts.signing_in import SigningIn

PROVIDER = "openid"
_NOT_ANSWERED = (OAuth2Error, RequestException, ValueError, KeyError)


@login_not_required
@never_cache
def begin_open_id(request: HttpRequest) -> HttpResponse:
    """A page that leads to the provider at once. A form's answer may not redirect to another site (the policy of content)."""
    if request.method != "POST" or not provider_name():
        return HttpResponseRedirect(reverse("sign_in"))
    provider = OpenId(request, PROVIDER).get_provider()
    provider.oauth2_adapter_class = OpenId
    state, back = secrets.token_urlsafe(24), request.POST.get("next", "")
    try:
        going = provider.redirect(
            request, AuthProcess.LOGIN, next_url=back if SigningIn(request).is_safe_url(back) else None, state_id=state,
            auth_params={"nonce": nonce_of(state)},
        )  # fmt: skip
    except _NOT_ANSWERED as error:
        return _refused(request, provider, error)
    context = {"title": f"Going to {provider_name()}", "href": going.headers["Location"]}
    answer = render(request, "accounts/open_id_going.jinja", context)
    answer.headers["Refresh"] = f"0; url={going.headers['Location']}"
    return answer


@login_not_required
@never_cache
def finish_open_id(request: HttpRequest) -> HttpResponse:
    """Who the provider says it is, signed in; or a page that says why not."""
    asks = OpenId(request, PROVIDER)
    try:
        return OAuth2CallbackView.adapter_view(asks)(request)
    except SocialApp.DoesNotExist:
        return HttpResponseRedirect(reverse("sign_in"))
    except _NOT_ANSWERED as error:
        return _refused(request, asks.get_provider(), error)


def _refused(request: HttpRequest, provider, error: Exception) -> HttpResponse:
    try:
        OutsideSignIns(request).on_authentication_error(request, provider, exception=error)
    except ImmediateHttpResponse as page:
        return page.response
    raise error
