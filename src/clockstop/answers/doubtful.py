"""The waiting list with its doubts: each open clock under one flag at the most, and what validators have settled of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import numpy as np
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.insight.standard_range import OFF_THE_LIST, SETTLED, OpenPathways
from clockstop.insight.validation_rates import UNFLAGGED, Checks, Stratum, checks_of, urgency
from clockstop.rules.rtt_bands import STANDARD_DAYS
from clockstop.rules.rtt_flags import FLAGS
from clockstop.rules.validation_outcomes import MOVES_START, REMOVES, is_due_again
from clockstop.store import drawn_samples
from clockstop.store.drawn_samples import DrawnSample

CLOCK = ("trust", "patient_pathway_identifier", "start_date")
PLACES = ("trust", "division", "service", "site")
BY_URGENCY = (*sorted((flag.slug for flag in FLAGS), key=urgency), UNFLAGGED)
PARTS = ("within 18 weeks", "over 18 weeks")
_KNOWN = "validated_clocks"


@dataclass(frozen=True)
class Settled:
    """What holds of a clock: the code of its last outcome, the right day where it names one, and the day on which it was given."""

    code: str
    right_date: date | None
    given_date: date


@dataclass(frozen=True)
class Doubtful:
    """A list in groups alike: the places of each group as codes into `names`, and all that a range is worked out from."""

    pathways: OpenPathways
    places: dict[str, np.ndarray]
    names: dict[str, list[str]]

    def within(self, where: Iterable[tuple[str, str]]) -> OpenPathways:
        """The part of the list at a place; of a place that it does not name, nothing."""
        chosen = np.ones(len(self.pathways.number), dtype=bool)
        for level, name in where:
            code = self.names[level].index(name) if name in self.names[level] else -1
            chosen &= self.places[level] == code
        return self._part(chosen)

    def of_trusts(self, trusts: Iterable[str]) -> OpenPathways:
        """The list of several trusts together."""
        codes = [self.names["trust"].index(trust) for trust in trusts if trust in self.names["trust"]]
        return self._part(np.isin(self.places["trust"], codes))

    def _part(self, chosen: np.ndarray) -> OpenPathways:
        held = self.pathways
        return OpenPathways(
            strata=held.strata, stratum=held.stratum[chosen], days_waited=held.days_waited[chosen],
            days_validated=held.days_validated[chosen], is_flagged=held.is_flagged[chosen], number=held.number[chosen],
        )  # fmt: skip


def settled(outcomes: pa.Table) -> dict[tuple[str, str, date], Settled]:
    """By clock what its last outcome says. One whose start was found wrong is known by the right start too, once it comes back."""
    held: dict[tuple[str, str, date], Settled] = {}
    names = [*CLOCK, "code", "right_date", "at"]
    for trust, pathway, start, code, right, at in zip(*(outcomes[name].to_pylist() for name in names), strict=True):
        said = Settled(code, right, at.date())
        held.pop((trust, pathway, start), None)
        held[trust, pathway, start] = said
        if code in MOVES_START and right is not None:
            held[trust, pathway, right] = Settled("clock_right", None, at.date())
    return held


def open_clocks(desk: Desk, outcomes: pa.Table) -> Table:
    """Every open clock with `flag` (the leading one), `slugs` (all), and by the outcomes `is_settled` and `days_validated`.

    `days_validated` is null where the clock was found to be off the list. An outcome that is due again settles nothing.
    """
    waits = desk.table("rtt_waits")
    waits = waits.filter(waits.is_waiting)
    key = list(CLOCK[:2])
    ranks = {slug: place for place, slug in enumerate(BY_URGENCY)}
    flags = desk.table("rtt_flags").filter(lambda rows: rows.is_current)
    flags = flags.mutate(rank=flags.flag.substitute({slug: f"{rank:02}" for slug, rank in ranks.items()}, else_="99"))
    flags = flags.group_by(key).aggregate(rank=flags["rank"].min(), slugs=flags.flag.collect(distinct=True))
    rows = waits.left_join(flags, key).drop("trust_right", "patient_pathway_identifier_right")
    leading = rows["rank"].substitute({f"{rank:02}": slug for slug, rank in ranks.items()}, else_=UNFLAGGED).fill_null(UNFLAGGED)
    desk.lend(_KNOWN, _known(outcomes))
    known = desk.lent(_KNOWN).rename(known_trust="trust", known_pathway="patient_pathway_identifier", known_start="start_date")
    is_same = [
        rows.trust == known.known_trust,
        rows.patient_pathway_identifier == known.known_pathway,
        rows.start_date == known.known_start,
    ]
    rows = rows.mutate(flag=leading).left_join(known, is_same)
    return _judged(rows, desk.as_of)


def _judged(rows: Table, as_of: date) -> Table:
    given = ibis.least(rows.given_date, ibis.literal(as_of))
    is_change = rows.code.isin(sorted(REMOVES | MOVES_START))
    is_due = is_due_again(rows.code, rows.start_date, given, ibis.literal(as_of))
    is_settled = rows.code.notnull() & (rows.code != "ask_service") & (is_change | ~is_due)
    moved = ibis.literal(as_of).delta(rows.right_date, unit="day").cast("int64")
    validated = ibis.cases(
        (is_settled & rows.code.isin(sorted(REMOVES)), ibis.null("int64")),
        (is_settled & rows.code.isin(sorted(MOVES_START)) & rows.right_date.notnull(), ibis.greatest(moved, 0)),
        else_=rows.days_waited,
    )
    return rows.mutate(is_settled=is_settled.fill_null(False), days_validated=validated)


def doubtful(desk: Desk, outcomes: pa.Table) -> Doubtful:
    """The whole list of the snapshot, of every trust, in groups alike; kept while snapshot and outcomes are the same."""
    return desk.kept_beside(outcomes, "standard ranges", "list", lambda: _doubtful(desk, outcomes))


def _doubtful(desk: Desk, outcomes: pa.Table) -> Doubtful:
    rows = open_clocks(desk, outcomes)
    alike = [*PLACES, "flag", "is_settled", "days_waited", "days_validated"]
    grouped = desk.rows(rows.group_by(alike).aggregate(number=rows.count()).order_by(alike))
    coded = {name: grouped[name].combine_chunks().fill_null("").dictionary_encode() for name in (*PLACES, "flag")}
    codes = {name: values.indices.to_numpy() for name, values in coded.items()}
    names = {name: values.dictionary.to_pylist() for name, values in coded.items()}
    strata = tuple((trust, flag, part) for trust in names["trust"] for flag in names["flag"] for part in PARTS)
    is_over = (grouped["days_waited"].to_numpy() > STANDARD_DAYS).astype(np.int64)
    is_settled = grouped["is_settled"].to_numpy()
    stratum = (codes["trust"].astype(np.int64) * len(names["flag"]) + codes["flag"]) * len(PARTS) + is_over
    is_off = grouped["days_validated"].is_null().to_numpy()
    unflagged = names["flag"].index(UNFLAGGED) if UNFLAGGED in names["flag"] else -1
    # A clock that was checked and found right is in no doubt any more, whatever flags it still has.
    is_right = is_settled & ~is_off & (grouped["days_waited"].to_numpy() == grouped["days_validated"].fill_null(-1).to_numpy())
    pathways = OpenPathways(
        strata=strata,
        stratum=np.where(is_settled, SETTLED, stratum),
        days_waited=grouped["days_waited"].to_numpy().astype(np.int64),
        days_validated=np.where(is_off, OFF_THE_LIST, grouped["days_validated"].fill_null(0).to_numpy()).astype(np.int64),
        is_flagged=((codes["flag"] != unflagged) & ~is_right) | is_off,
        number=grouped["number"].to_numpy().astype(np.int64),
    )
    return Doubtful(pathways, {name: codes[name] for name in PLACES}, {name: names[name] for name in PLACES})


def sample_checks(desk: Desk, outcomes: pa.Table, *, valid_days: int) -> tuple[dict[Stratum, Checks], list[DrawnSample]]:
    """What the drawn samples of the last `valid_days` came to, by stratum, and the samples that were read.

    A sample of a flag is simple random among all clocks under it; those of them that are counted under a more urgent flag say
    nothing of this one's rate, the others are a simple random sample of the clocks that are counted under it.
    """
    held = settled(outcomes)
    first = desk.as_of - timedelta(days=valid_days)
    used, rows = [], []
    answered = set(zip(outcomes["sample"].to_pylist(), outcomes["trust"].to_pylist(),
                       outcomes["patient_pathway_identifier"].to_pylist(), strict=True))  # fmt: skip
    for one in drawn_samples.samples(desk.home):
        if not first <= date.fromisoformat(one.as_of) <= desk.as_of:
            continue
        used.append(one)
        for row in drawn_samples.drawn(desk.home, one).select([*CLOCK, "flag", "days_waited"]).to_pylist():
            said = held.get(tuple(row[name] for name in CLOCK))
            if said is None or row["flag"] != one.flag or (one.name, one.trust, row["patient_pathway_identifier"]) not in answered:
                continue
            shift = (said.right_date - row["start_date"]).days if said.code in MOVES_START and said.right_date else None
            part = PARTS[row["days_waited"] > STANDARD_DAYS]
            rows.append({"trust": one.trust, "flag": one.flag, "part": part, "code": said.code, "shift_days": shift})
    schema = pa.schema([*((name, pa.string()) for name in ("trust", "flag", "part", "code")), ("shift_days", pa.int64())])
    return checks_of(pa.Table.from_pylist(rows, schema=schema)), used


def _known(outcomes: pa.Table) -> pa.Table:
    held = settled(outcomes)
    columns = list(zip(*held, strict=True)) or [(), (), ()]
    return pa.table(
        {
            "trust": pa.array(columns[0], pa.string()),
            "patient_pathway_identifier": pa.array(columns[1], pa.string()),
            "start_date": pa.array(columns[2], pa.date32()),
            "code": pa.array([one.code for one in held.values()], pa.string()),
            "right_date": pa.array([one.right_date for one in held.values()], pa.date32()),
            "given_date": pa.array([one.given_date for one in held.values()], pa.date32()),
        }
    )
