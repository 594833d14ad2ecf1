"""Which tables a page is made of, so that it can say where the newest extract behind it lies well before its day."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from clockstop.answers import now
from clockstop.answers.desk import Desk
from clockstop.answers.lists import lists
from clockstop.answers.now import OldExtract
from clockstop.measures.catalogue import families, measures
from clockstop.nhsuk.presenters import count, day
from clockstop.rules.national_returns import national_return

RTT = ("rtt_clocks",)
# So many are named; a page of every family would be covered by its warnings else.
NAMED = 3


@dataclass(frozen=True)
class OldExtracts:
    """What stands at the top of a page: a sentence for each dataset that lies well behind, and how many more there are."""

    said: tuple[str, ...]
    more: int


def old_extracts(request: HttpRequest, opened: Desk) -> OldExtracts | None:
    """What to say of the extracts behind the page that is asked for; None where they are as new as they usually are."""
    match = request.resolver_match
    tables = tables_of(match.view_name, match.kwargs) if match else ()
    if not tables:
        return None
    trust = match.kwargs.get("trust") or request.GET.get("trust", "").strip()
    found = now.behind(request.scope, opened, tables, trust=trust)
    return OldExtracts(tuple(in_words(one, opened) for one in found[:NAMED]), max(0, len(found) - NAMED)) if found else None


def in_words(old: OldExtract, opened: Desk) -> str:
    """One dataset that lies well behind."""
    usual = f" Its extracts usually lie {count(old.usual_days, 'day')} apart." if old.usual_days else ""
    ends = f"{old.title} of {old.name} end on {day(old.last_date)}, {count(old.days_behind, 'day')} before {day(opened.as_of)}."
    return ends + usual


def tables_of(view: str, said: Mapping[str, str]) -> tuple[str, ...]:
    """The tables that a page is made of; none of a page that shows no figures of a snapshot."""
    made_of = _MADE_OF.get(view, ())
    return made_of(said) if callable(made_of) else made_of


def _of_measure(said: Mapping[str, str]) -> tuple[str, ...]:
    found = measures().get(said["measure"])
    return (found.table,) if found else ()


def _of_list(said: Mapping[str, str]) -> tuple[str, ...]:
    found = lists().get(said["slug"])
    return (found.table,) if found else ()


def _of_family(said: Mapping[str, str]) -> tuple[str, ...]:
    return tuple({one.table for one in families().get(said["family"], ())})


def _of_return(said: Mapping[str, str]) -> tuple[str, ...]:
    return national_return(said["slug"]).needs


def _of_all(said: Mapping[str, str]) -> tuple[str, ...]:
    return tuple({one.table for one in measures().values()})


_MADE_OF: dict[str, tuple[str, ...] | Callable[[Mapping[str, str]], tuple[str, ...]]] = {
    "show_overview": _of_all,
    "show_trust": _of_all,
    "show_division": _of_all,
    "show_service": _of_all,
    "show_measure": _of_measure,
    "list_measure_rows": _of_measure,
    "show_trajectory": _of_measure,
    "show_family": _of_family,
    "show_worklist": _of_list,
    "list_pathways": RTT,
    "list_flags": RTT,
    "show_flag": RTT,
    "show_latest_return": RTT,
    "show_return": RTT,
    "show_comparison": RTT,
    "show_national_return": _of_return,
    "list_return_records": _of_return,
    "show_cancer_steps": ("cancer_steps",),
    "show_rooms": ("room_use",),
    "show_activity": ("activity_against_plan",),
    "show_clinics": ("outpatient_slots",),
    "list_theatre_lists": ("theatre_lists",),
    "show_emergency_flow": ("emergency_attendances",),
    "show_beds": ("ward_nights",),
}
