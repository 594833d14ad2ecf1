"""The made-up group as a folder: each trust's deliveries, mappings and organisation, and the truth beside them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from clockstop.synthetic import forms
from clockstop.synthetic.headers import mapping_text, organisation_text
from clockstop.synthetic.histories import Truth, history
from clockstop.synthetic.national import NATIONAL
from clockstop.synthetic.organisations import GROUP_NAME, TRUSTS, Trust, open_shares
from clockstop.synthetic.pathways import (
    LONGEST_WEEKS,
    PATHWAYS_A_PERSON,
    Pathways,
    Transfers,
    expected_number,
    pathways,
    sent,
    with_received,
)
from clockstop.synthetic.people import People, people
from clockstop.synthetic.records import History, shown
from clockstop.synthetic.truth import event_rows, period_rows
from clockstop.synthetic.working_calendar import Calendar, calendar, day_number

OPEN_PATHWAYS_AT_SCALE_1 = 250_000
DATASETS = ("referrals", "appointments", "waiting_list_entries", "spells")
# A whole delivery, then three of changes; the last two are the Friday and the Sunday before the demonstration's Monday.
DELIVERY_DAYS_BEFORE = ((14, "full"), (7, "changes"), (2, "changes"), (0, "changes"))
Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to make."""

    scale: float = 1.0
    weeks: int = 130
    seed: int = 1
    until: date = date(2026, 11, 15)

    @property
    def first(self) -> date:
        return self.until - timedelta(weeks=self.weeks) + timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One file of one delivery, in the order in which it is to be loaded."""

    trust: str
    dataset: str
    file: str
    delivery: str
    as_of: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class Made:
    """What was made, for the manifest and the person who asked."""

    deliveries: tuple[Delivery, ...]
    periods: int
    messages: tuple[str, ...] = field(default=())


def synthesise(out: Path, wanted: Wanted, progress: Progress = lambda message: None) -> Made:
    """Write the group under `out`. The same wish gives the same bytes."""
    days = calendar(wanted.first, wanted.until, days_before=7 * LONGEST_WEEKS, days_after=21 * LONGEST_WEEKS)
    progress("People and referrals")
    drawn = _everything_drawn(wanted, days)
    all_deliveries: list[Delivery] = []
    messages: list[str] = []
    periods = 0
    for place, trust in enumerate(TRUSTS):
        progress(trust.name)
        own, known = _received(place, drawn, days=days, rng=_rng(wanted, place, 3))
        found, truth = history(trust, own, known, days=days, rng=_rng(wanted, place, 4))
        deliveries, told = _write_trust(out, found, truth, wanted)
        all_deliveries += deliveries
        messages += told
        periods += len(truth.periods)
    made = Made(deliveries=_in_load_order(all_deliveries), periods=periods, messages=tuple(messages))
    _write_manifest(out, wanted, made)
    return made


def _rng(wanted: Wanted, place: int, step: int) -> np.random.Generator:
    """A generator for each step of each trust, so that a change in one leaves the others as they were."""
    return np.random.default_rng([wanted.seed, place, step])


@dataclass(frozen=True)
class Drawn:
    """By trust: its people, its own pathways, and the forms of those that it transfers."""

    persons: list[People]
    own: list[Pathways]
    forms: list[Transfers]


def _everything_drawn(wanted: Wanted, days: Calendar) -> Drawn:
    """Drawn for all trusts before any record is made, for a transfer needs both its trusts."""
    found = Drawn([], [], [])
    for place, trust in enumerate(TRUSTS):
        known, own = _drawn(place, trust, wanted, days)
        own, form = sent(place, own, _rng(wanted, place, 2))
        found.persons.append(known)
        found.own.append(own)
        found.forms.append(form)
    return found


def _drawn(place: int, trust: Trust, wanted: Wanted, days: Calendar) -> tuple[People, Pathways]:
    open_now = {function: share * OPEN_PATHWAYS_AT_SCALE_1 * wanted.scale for function, share in _mix()[trust.code].items()}
    number = max(int(expected_number(open_now, wanted.weeks) / PATHWAYS_A_PERSON), 400)
    known = people(trust, number=number, until=wanted.until, rng=_rng(wanted, place, 0))
    own = pathways(trust, known, open_by_function=open_now, days=days, rng=_rng(wanted, place, 1))
    return known, own


def _mix() -> dict[str, dict[str, float]]:
    total = sum(function.open for function in NATIONAL.values())
    return open_shares({name: function.open / total for name, function in NATIONAL.items()})


def _received(place: int, drawn: Drawn, *, days: Calendar, rng: np.random.Generator) -> tuple[Pathways, People]:
    """The trust's pathways with those transferred in, and its people with those who came with them."""
    arriving = [form.to(place) for form in drawn.forms]
    form = Transfers(*(np.concatenate([getattr(part, column.name) for part in arriving]) for column in fields(Transfers)))
    came = [_people_of(drawn.persons[number], part.person) for number, part in enumerate(arriving)]
    known = drawn.persons[place]
    everyone = People(*(np.concatenate([getattr(group, column.name) for group in [known, *came]]) for column in fields(People)))
    own = with_received(TRUSTS[place], drawn.own[place], form, first_person=len(known), days=days, rng=rng)
    return own, everyone


def _people_of(known: People, chosen: np.ndarray) -> People:
    return People(*(getattr(known, column.name)[chosen] for column in fields(People)))


def _write_trust(out: Path, found: History, truth: Truth, wanted: Wanted) -> tuple[list[Delivery], list[str]]:
    trust = found.trust
    folder = out / trust.code
    (folder / "mappings").mkdir(parents=True, exist_ok=True)
    (folder / "organisation.toml").write_text(organisation_text(trust), encoding="utf-8")
    until = day_number(wanted.until)
    deliveries, messages, since, in_xlsx = [], [], None, {}
    for days_before, kind in DELIVERY_DAYS_BEFORE:
        day = until - days_before
        as_of = wanted.until - timedelta(days=days_before)
        for dataset in (*DATASETS, *(["rtt_events"] if trust.sends_rtt_events else [])):
            rows = event_rows(trust, truth, found.own, day, since) if dataset == "rtt_events" else shown(found, dataset, day, since)
            if since is not None and rows.num_rows == 0:
                continue
            in_xlsx.setdefault(dataset, rows.num_rows <= forms.MOST_XLSX_ROWS)
            if since is None:
                (folder / "mappings" / f"{dataset}.toml").write_text(
                    mapping_text(trust, dataset, rows.column_names), encoding="utf-8"
                )
                if trust.file_form == "xlsx" and not in_xlsx[dataset]:
                    messages.append(
                        f"{trust.name}: {dataset} has {rows.num_rows:,} rows, more than {forms.MOST_XLSX_ROWS:,}; sent as CSV."
                    )
            stem = folder / "deliveries" / f"{as_of.isoformat()}_{kind}" / dataset
            file = forms.write_extract(rows, stem, trust.file_form, in_xlsx=in_xlsx[dataset])
            deliveries.append(
                Delivery(
                    trust=trust.code,
                    dataset=dataset,
                    file=str(file.relative_to(out)),
                    delivery=kind,
                    as_of=as_of.isoformat(),
                    rows=rows.num_rows,
                )
            )
        since = day
    (out / "truth" / trust.code).mkdir(parents=True, exist_ok=True)
    pq.write_table(period_rows(trust, found.own, truth, until), out / "truth" / trust.code / "periods.parquet", compression="zstd")
    return deliveries, messages


def _in_load_order(deliveries: list[Delivery]) -> tuple[Delivery, ...]:
    datasets = (*DATASETS, "rtt_events")
    return tuple(sorted(deliveries, key=lambda one: (one.as_of, one.trust, datasets.index(one.dataset))))


def _write_manifest(out: Path, wanted: Wanted, made: Made) -> None:
    manifest = {
        "is_synthetic": True,
        "note": "Every trust, patient and figure here is made up.",
        "group": GROUP_NAME,
        "scale": wanted.scale,
        "weeks": wanted.weeks,
        "seed": wanted.seed,
        "until": wanted.until.isoformat(),
        "trusts": {
            trust.code: {"name": trust.name, "is_synthetic": True, "organisation": f"{trust.code}/organisation.toml"}
            for trust in TRUSTS
        },
        "deliveries": [{column.name: getattr(one, column.name) for column in fields(Delivery)} for one in made.deliveries],
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
