"""What has turned? Measures that are not as they were a month before, by division; seen by each reader, dismissed for all."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from clockstop.accounts.roles import WRITE_REVIEWS
from clockstop.accounts.scopes import may
from clockstop.answers import organisation
from clockstop.errors import NotAllowed
from clockstop.nhsuk.templating import url
from clockstop.pages import exports
from clockstop.pages.alert_words import ShownAlert, told
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.review_address import review_href
from clockstop.registers.core.locking import EditedMeanwhile
from clockstop.registers.core.writing import NotKept
from clockstop.registers.performance import actions


def list_alerts(request: HttpRequest) -> HttpResponse:
    """Every alert of the reader's trusts by trust and division, unseen first; with `trust`, of one; with `format`, taken away."""
    opened, trust = desk(), request.GET.get("trust", "").strip()
    if trust:
        request.scope.require_trust(trust)
    found = [one for one in told(request, opened) if trust in ("", one.key.place.trust)]
    if request.GET.get("format") in exports.FORMATS:
        return _export(request.GET["format"], found, opened)
    trusts = organisation.tree(request.scope, opened)
    waiting = [one for one in found if not one.is_seen and not one.marked.dismissed_by]
    return page(
        request,
        "pages/alerts.jinja",
        title="What has turned?",
        crumbs=crumbs_to(),
        path=url("list_alerts"),
        query={"trust": trust} if trust else {},
        selects=[
            {
                "name": "trust",
                "label": "Organisation",
                "options": [("", "All our trusts"), *((one.code, one.name) for one in trusts)],
                "value": trust,
            }
        ],
        waiting=_groups(waiting, {one.code: one.name for one in trusts}),
        waiting_count=len(waiting),
        settled=[one for one in found if one not in waiting],
        may_dismiss={one.code for one in trusts if may(request.user, WRITE_REVIEWS, one.code)},
        trust=trust,
        place_said=lambda place: _place_said(place, {one.code: one.name for one in trusts}),
    )


@require_POST
def update_alerts(request: HttpRequest) -> HttpResponse:
    """Mark alerts as seen by this reader: those named, or all that are shown."""
    wanted = set(request.POST.getlist("alert"))
    found = [one.key for one in told(request, desk()) if one.name in wanted]
    marked = actions.see_alerts(keys=found, by=request.user)
    messages.success(request, f"{marked} {'alert is' if marked == 1 else 'alerts are'} marked as seen by you.")
    return _back(request)


@require_POST
def delete_alert(request: HttpRequest) -> HttpResponse:
    """Dismiss an alert for everybody, with the reason."""
    found = next((one for one in told(request, desk()) if one.name == request.POST.get("alert", "")), None)
    if found is None:
        messages.error(request, "That alert does not stand any more. Look at the alerts again.")
        return _back(request)
    if not may(request.user, WRITE_REVIEWS, found.key.place.trust):
        raise NotAllowed("You may not dismiss this trust's alerts.", do="Mark it as seen; its managers may dismiss it.")
    try:
        actions.dismiss_alert(key=found.key, by=request.user, note=request.POST.get("note", ""))
    except (NotKept, EditedMeanwhile) as error:
        messages.error(request, f"{error.what} {error.do}")
    else:
        messages.success(request, "The alert is dismissed for everybody. Who did so, and why, is kept.")
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    trust = request.POST.get("trust", "")
    return HttpResponseRedirect(url("list_alerts", trust=trust if trust in request.scope.trusts else ""))


def _groups(found: Sequence[ShownAlert], names: dict[str, str]) -> list[tuple[str, str, list[ShownAlert]]]:
    """The alerts of each place under its title, with its review."""
    places = sorted({one.key.place for one in found})
    return [(_place_said(place, names), review_href(place), [one for one in found if one.key.place == place]) for place in places]


def _place_said(place, names: dict[str, str]) -> str:
    trust = names.get(place.trust, place.trust)
    return f"{organisation.division_name(place.division)}, {trust}" if place.division else f"{trust}, whole trust"


def _export(format_: str, found: Sequence[ShownAlert], opened) -> HttpResponse:
    columns = [
        "trust", "division", "measure", "title", "month", "value", "move", "what_turned", "is_for_the_worse", "seen_by",
        "dismissed_by", "why",
    ]  # fmt: skip
    rows = (
        (
            one.key.place.trust, one.key.place.division, one.key.measure, one.title, f"{one.key.period_end:%Y-%m}", one.value,
            one.move, one.what, one.is_for_the_worse, ", ".join(one.marked.seen_by), one.marked.dismissed_by, one.marked.note,
        )
        for one in found
    )  # fmt: skip
    notes = [
        f"Alerts of snapshot {opened.snapshot_id}: what is not as it was a month before",
        *(["Synthetic data: every trust, patient and figure is made up."] if opened.manifest.is_synthetic else []),
    ]
    return exports.export(format_, name=f"alerts-{opened.as_of:%Y-%m-%d}", columns=columns, rows=rows, notes=notes)
