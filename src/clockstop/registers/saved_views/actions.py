"""How saved views change. Views of pages call these and nothing else."""

from django.db import transaction
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from clockstop.errors import NotAllowed, UserError
from clockstop.registers.core.actions import record_change
from clockstop.registers.saved_views.models import ADDRESS_LENGTH, NAME_LENGTH, FirstPage, SavedView

RECORD = "saved_view"


class BadView(UserError):
    """A saved view cannot be kept as asked."""


def save_view(*, by, name: str, address: str, shared_with: str = "", is_first_page: bool = False) -> SavedView:
    """The person's view of that name, new or replaced, with its audit row."""
    name = _checked_name(name)
    address = _checked_address(address)
    with transaction.atomic():
        view = SavedView.objects.select_for_update().filter(user=by, name=name).first()
        before = None if view is None else _values(view)
        view = view or SavedView(user=by, name=name)
        view.address, view.shared_with, view.updated_at = address, shared_with, timezone.now()
        view.save()
        if is_first_page:
            FirstPage.objects.update_or_create(user=by, defaults={"view": view})
        after = _values(view) | {"is_first_page": is_first_page}
        record_change(by=by, what="save", record=RECORD, record_key=name, trust=shared_with, before=before, after=after)
    return view


def delete_view(*, by, view: SavedView) -> None:
    """Take away a view of the person's own; who had it as a first page gets the overview again."""
    if view.user_id != by.pk:
        raise NotAllowed("Only the person who saved a view can delete it.", do="Ask them, or save one of your own.")
    with transaction.atomic():
        record_change(
            by=by, what="delete", record=RECORD, record_key=view.name, trust=view.shared_with, before=_values(view), after=None
        )
        view.delete()


def choose_first_page(*, by, view: SavedView | None) -> None:
    """Make a view the person's first page; None gives the overview back."""
    with transaction.atomic():
        chosen = FirstPage.objects.select_related("view").filter(user=by).first()
        before = None if chosen is None else _values(chosen.view)
        if view is None:
            FirstPage.objects.filter(user=by).delete()
        else:
            FirstPage.objects.update_or_create(user=by, defaults={"view": view})
        after = None if view is None else _values(view)
        record_change(by=by, what="choose_first_page", record=RECORD, record_key=by.get_username(), before=before, after=after)


def first_address(user, scope) -> str | None:
    """The address of the person's first page; None where there is none, or it is no longer shared with them."""
    chosen = FirstPage.objects.select_related("view").filter(user=user).first()
    if chosen is None or not SavedView.objects.visible_to(user, scope).filter(pk=chosen.view_id).exists():
        return None
    return chosen.view.address


def _values(view: SavedView) -> dict[str, str]:
    return {"name": view.name, "address": view.address, "shared_with": view.shared_with}


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        raise BadView(f"A view needs a name of 1 to {NAME_LENGTH} characters.", do="Give it a short name that you will know again.")
    return name


def _checked_address(address: str) -> str:
    is_own = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    if not is_own or len(address) > ADDRESS_LENGTH:
        raise BadView("Only a page of Clockstop can be saved.", do="Open the page that you want to keep, and save it from there.")
    return address
