"""The waiting list of a home's snapshot beside a made-up group's truth: what an oracle would answer of every clock."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from clockstop.answers.desk import Desk
from clockstop.answers.doubtful import CLOCK, open_clocks
from clockstop.errors import UnknownName
from clockstop.insight.standard_range import OFF_THE_LIST
from clockstop.insight.validation_rates import UNFLAGGED, urgency
from clockstop.store.home import Home
from clockstop.synthetic.range_scores import TrueList

NOTHING_SAID = pa.schema(
    [("trust", pa.string()), ("patient_pathway_identifier", pa.string()), ("start_date", pa.date32()), ("code", pa.string()),
     ("right_date", pa.date32()), ("sample", pa.string()), ("at", pa.timestamp("us", tz="UTC"))]
)  # fmt: skip


def true_list(home: Home, truth: Path) -> TrueList:
    """The current snapshot's list with its truth: a clock is over where the truth has none, and moved where it starts elsewhere.

    `truth` is the folder that `clockstop synthesise` wrote. A pathway that is truly waiting and on no list is no part of it.
    """
    desk = Desk(home).refreshed()
    rows = desk.rows(open_clocks(desk, NOTHING_SAID.empty_table()).select(*CLOCK, "days_waited", "flag", "slugs"))
    starts = _true_starts(truth)
    keys = zip(*(rows[name].to_pylist() for name in CLOCK[:2]), strict=True)
    true_days = [OFF_THE_LIST if (start := starts.get(key)) is None else max(0, (desk.as_of - start).days) for key in keys]
    trusts = tuple(sorted(set(rows["trust"].to_pylist())))
    held = [set(slugs or [UNFLAGGED]) for slugs in rows["slugs"].to_pylist()]
    flags = tuple(sorted(set().union(*held, {UNFLAGGED}), key=urgency))
    return TrueList(
        trusts=trusts, flags=flags, trust=np.array([trusts.index(code) for code in rows["trust"].to_pylist()]),
        leading=np.array([flags.index(slug) for slug in rows["flag"].to_pylist()]),
        under={flag: np.array([flag in slugs for slugs in held]) for flag in flags},
        days=rows["days_waited"].to_numpy().astype(np.int64), true_days=np.array(true_days, dtype=np.int64),
    )  # fmt: skip


def _true_starts(truth: Path) -> dict:
    """Of each pathway that is truly waiting at the end of the last day, the day on which its clock started."""
    files = sorted(truth.glob("*/periods.parquet"))
    if not files:
        raise UnknownName("There is no periods.parquet here.", where=str(truth), do="Name the folder truth/ of the made-up group.")
    periods = pa.concat_tables(pq.read_table(file, partitioning=None) for file in files)
    return {
        (row["trust"], row["patient_pathway_identifier"]): row["start_date"]
        for row in periods.to_pylist()
        if row["end_date"] is None and row["responsibility_passed_date"] is None
    }
