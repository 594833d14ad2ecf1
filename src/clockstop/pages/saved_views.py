"""Saved views: kept, listed, deleted, and the one that a person sees first."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from clockstop.errors import UserError
from clockstop.pages.context import crumbs_to, page
from clockstop.pages.note_forms import SavedViewForm
from clockstop.registers.saved_views import actions
from clockstop.registers.saved_views.models import FirstPage, SavedView


def list_saved_views(request: HttpRequest) -> HttpResponse:
    """The reader's own views and those shared with them."""
    views = SavedView.objects.visible_to(request.user, request.scope).select_related("user")
    first = FirstPage.objects.filter(user=request.user).values_list("view_id", flat=True).first()
    return page(request, "pages/saved_views.jinja", title="Which views are saved?", crumbs=crumbs_to(), views=views, first=first)


@require_POST
def add_saved_view(request: HttpRequest) -> HttpResponse:
    """Keep an address under a name; a view of the reader's with that name is replaced."""
    form = SavedViewForm(request.POST)
    if not form.is_valid():
        messages.error(request, "The view is not saved: it needs a name of at most 60 characters.")
        return HttpResponseRedirect(reverse("list_saved_views"))
    shared_with = form.cleaned_data["shared_with"]
    if shared_with:
        request.scope.require_trust(shared_with)
    try:
        view = actions.save_view(by=request.user, **form.cleaned_data)
    except UserError as error:
        messages.error(request, f"{error.what} {error.do}")
        return HttpResponseRedirect(reverse("list_saved_views"))
    messages.success(request, f"Saved as “{view.name}”.")
    return HttpResponseRedirect(view.address)


@require_POST
def delete_saved_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of the reader's own views away."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user, request.scope), pk=pk)
    name = view.name
    actions.delete_view(by=request.user, view=view)
    messages.success(request, f"“{name}” was deleted.")
    return HttpResponseRedirect(reverse("list_saved_views"))


@require_POST
def update_first_page(request: HttpRequest) -> HttpResponse:
    """Choose the view that comes first after signing in; none brings the overview back."""
    chosen = request.POST.get("view", "")
    view = get_object_or_404(SavedView.objects.visible_to(request.user, request.scope), pk=chosen) if chosen.isdecimal() else None
    actions.choose_first_page(by=request.user, view=view)
    messages.success(request, f"“{view.name}” comes first from now on." if view else "The overview comes first from now on.")
    return HttpResponseRedirect(reverse("list_saved_views"))


def open_first_page(request: HttpRequest) -> HttpResponse:
    """After signing in: the reader's first page, else the overview."""
    return HttpResponseRedirect(actions.first_address(request.user, request.scope) or reverse("show_overview"))
