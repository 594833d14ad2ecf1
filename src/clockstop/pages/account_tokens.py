"""The reader's own tokens of the API: made, shown once, revoked."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from clockstop.accounts import tokens
from clockstop.accounts.models import ApiToken
from clockstop.answers import organisation
from clockstop.errors import UserError
from clockstop.pages.context import crumbs_to, desk, page, stamp

TITLE = "Which programs read Clockstop as you?"
LASTS = ((30, "30 days"), (90, "90 days"), (180, "180 days"), (365, "A year"))


class TokenForm(forms.Form):
    """What a new token is called, how long it lasts, and what it reads."""

    name = forms.CharField(label="Name", max_length=tokens.NAME_LENGTH)
    days = forms.TypedChoiceField(label="Lasts", choices=LASTS, coerce=int)
    trust = forms.CharField(label="Reads", required=False)
    may_see_patients = forms.BooleanField(label="Patients too", required=False)


def list_tokens(
    request: HttpRequest, *, key: str = "", made: ApiToken | None = None, form: TokenForm | None = None
) -> HttpResponse:
    """The reader's tokens, those in use first; `key` is the one just made, which is shown this once."""
    now = timezone.now()
    own = [(one, tokens.state_of(one, now)) for one in ApiToken.objects.filter(user=request.user)]
    trusts = organisation.tree(request.scope, desk()) if stamp() else ()
    return page(
        request,
        "pages/account_tokens.jinja",
        title=TITLE,
        crumbs=crumbs_to(),
        hide_as_of=True,
        own=sorted(own, key=lambda pair: pair[1] != "in use"),
        key=key,
        made=made,
        form=form,
        lasts=LASTS,
        trusts=trusts,
        may_see_patients=bool(request.scope.patient_trusts),
        status=400 if form is not None else 200,
    )


@require_POST
@sensitive_variables("key")
def add_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show its key, once."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return list_tokens(request, form=form)
    try:
        made, key = tokens.make_token(by=request.user, **form.cleaned_data)
    except UserError as error:
        form.add_error(None, f"{error.what} {error.do}")
        return list_tokens(request, form=form)
    return list_tokens(request, key=key, made=made)


@require_POST
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """Make one of the reader's tokens useless."""
    token = get_object_or_404(ApiToken, pk=pk, user=request.user)
    tokens.revoke_token(by=request.user, token=token)
    messages.success(request, f"“{token.name}” opens nothing any more.")
    return HttpResponseRedirect(reverse("list_tokens"))
