"""A trust's deliveries, mappings and organisation, and the truth beside them."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from clockstop.synthetic import forms
from clockstop.synthetic.care.sent import Family, families_of
from clockstop.synthetic.faults import Marks, fault_rows, faulted_pathways
from clockstop.synthetic.headers import NO_WORDS, Words, mapping_text, organisation_text
from clockstop.synthetic.histories import Truth
from clockstop.synthetic.planting import planted
from clockstop.synthetic.population import Wanted
from clockstop.synthetic.records import History, shown
from clockstop.synthetic.returns import Difference, write_returns
from clockstop.synthetic.states import state_rows
from clockstop.synthetic.truth import event_rows, period_rows
from clockstop.synthetic.working_calendar import day_number

DATASETS = ("referrals", "appointments", "waiting_list_entries", "spells")
SENT_EVENTS = "rtt_events"
# A whole delivery, then three of changes; the last two come on the Friday morning, with all of Thursday in them, and on the
# Sunday before the demonstration's Monday.
DELIVERY_DAYS_BEFORE = ((14, "full"), (7, "changes"), (3, "changes"), (0, "changes"))
# The other families of care send everything on the first of these days and again on the last, so that two snapshots differ.
CARE_DAYS_BEFORE = (DELIVERY_DAYS_BEFORE[0][0], DELIVERY_DAYS_BEFORE[-1][0])
# What is drawn of the days after the last delivery lies here, in the trust's folder, until it is played.
LIVE, DRAWN = "live", "drawn"
# Fewer changes than this wait for the next delivery (referrals always come): a file costs its sender and the house that loads it.
FEWEST_ROWS = 20


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One file of one delivery."""

    trust: str
    dataset: str
    file: str
    delivery: str
    as_of: str
    rows: int


@dataclass(kw_only=True)
class TrustFolder:
    """Writes what one trust sends; it gathers what was written."""

    out: Path
    place: int
    wanted: Wanted
    found: History
    truth: Truth
    marked: Marks
    deliveries: list[Delivery] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    in_xlsx: dict[str, bool] = field(default_factory=dict)
    sent_until: dict[str, int] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.out / self.found.trust.code

    def write(self) -> None:
        """Write everything of the trust, and its truth."""
        (self.folder / "mappings").mkdir(parents=True, exist_ok=True)
        (self.folder / "organisation.toml").write_text(organisation_text(self.found.trust), encoding="utf-8")
        families = families_of(self.found, seed=(self.wanted.seed, self.place))
        for days_before, kind in DELIVERY_DAYS_BEFORE:
            self._write_delivery(days_before, kind)
            if days_before in CARE_DAYS_BEFORE:
                for family in families:
                    if not (family.is_sent_once and days_before):
                        self._write_care(family, days_before)
        self.differences += write_returns(self.folder / "published", self.found, self.truth, self.wanted.until)
        self._write_truth()
        for family in families:
            family.write_truth(self.out / "truth" / self.found.trust.code, day_number(self.wanted.until))
            family.write_live(self.folder / LIVE / DRAWN, day_number(self.wanted.until))

    def _write_care(self, family: Family, days_before: int) -> None:
        """Write a family's whole extracts of a day, faults in them."""
        as_of = self.wanted.until - timedelta(days=days_before)
        for dataset, rows in family.sent(day_number(as_of), as_of=as_of).items():
            if dataset not in self.in_xlsx:
                self._declare(dataset, rows, family.words)
            self._write_file(dataset, rows, as_of=as_of.isoformat(), kind="full", words=family.words)

    def _write_delivery(self, days_before: int, kind: str) -> None:
        day = day_number(self.wanted.until) - days_before
        as_of = (self.wanted.until - timedelta(days=days_before)).isoformat()
        datasets = (*DATASETS, SENT_EVENTS) if self.found.trust.sends_rtt_events else DATASETS
        for dataset in datasets:
            since = self.sent_until.get(dataset)
            rows = self._rows(dataset, day, since, is_last=days_before == 0)
            if since is None:
                self._declare(dataset, rows)
            elif rows.num_rows < (FEWEST_ROWS if days_before and dataset != "referrals" else 1):
                continue
            self.sent_until[dataset] = day
            self._write_file(dataset, rows, as_of=as_of, kind=kind)

    def _write_file(self, dataset: str, rows: pa.Table, *, as_of: str, kind: str, words: Words = NO_WORDS) -> None:
        stem = self.folder / "deliveries" / f"{as_of}_{kind}" / dataset
        in_xlsx = self.in_xlsx[dataset] and rows.num_rows <= forms.MOST_XLSX_ROWS
        file = forms.write_extract(rows, stem, self.found.trust.file_form, in_xlsx=in_xlsx, words=words)
        name, number = str(file.relative_to(self.out)), rows.num_rows
        self.deliveries.append(
            Delivery(trust=self.found.trust.code, dataset=dataset, file=name, delivery=kind, as_of=as_of, rows=number)
        )

    def _rows(self, dataset: str, day: int, since: int | None, *, is_last: bool) -> pa.Table:
        if dataset == SENT_EVENTS:
            return event_rows(self.found.trust, self.truth, self.found.own, day, since)
        rows, form = shown(self.found, dataset, day, since), self._form(dataset)
        return planted(rows, dataset, self.marked, form, found=self.found, is_last=is_last)

    def _form(self, dataset: str) -> forms.FileForm:
        """The form in which the dataset is sent; what is too long for a spreadsheet goes as CSV."""
        own = self.found.trust.file_form
        return "csv" if own == "xlsx" and not self.in_xlsx.get(dataset, True) else own

    def _declare(self, dataset: str, rows: pa.Table, words: Words = NO_WORDS) -> None:
        """Write the mapping of a dataset; the whole delivery also decides whether it fits into a spreadsheet."""
        trust = self.found.trust
        self.in_xlsx[dataset] = rows.num_rows <= forms.MOST_XLSX_ROWS
        text = mapping_text(trust, dataset, rows.column_names, words)
        (self.folder / "mappings" / f"{dataset}.toml").write_text(text, encoding="utf-8")
        if trust.file_form == "xlsx" and not self.in_xlsx[dataset]:
            limit = f"{forms.MOST_XLSX_ROWS:,}"
            self.messages.append(f"{trust.name}: {dataset} has {rows.num_rows:,} rows, more than {limit}; sent as CSV.")

    def _write_truth(self) -> None:
        trust, folder = self.found.trust, self.out / "truth" / self.found.trust.code
        folder.mkdir(parents=True, exist_ok=True)
        is_faulted = faulted_pathways(self.found, self.marked)
        day = day_number(self.wanted.until)
        periods = period_rows(trust, self.found.own, self.truth, day, is_faulted)
        pq.write_table(periods, folder / "periods.parquet", compression="zstd")
        faults = fault_rows(self.found, self.marked, self._form("appointments"))
        pq.write_table(faults, folder / "faults.parquet", compression="zstd")
        pq.write_table(state_rows(self.found), folder / "states.parquet", compression="zstd")
