"""What is right of the made-up cancer clocks at the end of a day, worked out from the records by hand and never with the rules."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clockstop.synthetic.care.cancer_records import UPGRADE, Records
from clockstop.synthetic.care.cancer_rows import (
    record_ids,
    transfer_ids,
    transfers_of,
    treatment_ids,
    visible_records,
    visible_treatments,
)
from clockstop.synthetic.care.cancer_treatments import Treatments
from clockstop.synthetic.extract_columns import constant, dates
from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.records import History


def clock_rows(found: History, records: Records, treatments: Treatments, day: int) -> pa.Table:
    """One row a clock: its record or treatment, standard, start, end, net days, whether within and counted, and the share."""
    chosen = visible_records(records, day)
    fds = chosen[records.kind[chosen] != UPGRADE]
    given = visible_treatments(records, treatments, day)
    given = given[treatments.start_31[given] <= day]
    parts = [
        _fds(record_ids(found, fds), records.only(fds), day),
        _d62(record_ids(found, chosen), records.only(chosen), _pauses(records, treatments)[chosen], day),
        _d31(treatment_ids(found, given), records, treatments, given, day),
    ]
    return pa.concat_tables(parts)


def part_rows(found: History, records: Records, treatments: Treatments, day: int) -> pa.Table:
    """The record of each treatment and transfer."""
    given = np.flatnonzero((treatments.decided <= day) & (treatments.record >= 0))
    place, _is_in, own_place = transfers_of(records, day)
    return pa.table({
        "identifier": pa.concat_arrays([treatment_ids(found, given), transfer_ids(found, own_place)]),
        "record": pa.concat_arrays([record_ids(found, treatments.record[given].astype(np.int64)), record_ids(found, place)]),
    })  # fmt: skip


def _rows(identifier: pa.Array, standard: str, limit: int, *, start, end, deducted, counted, share, day: int) -> pa.Table:
    is_open = end > day
    net = np.where(is_open, day, end) - start - deducted
    return pa.table({
        "identifier": identifier,
        "standard": constant(standard, len(start)),
        "start_date": dates(start.astype(np.int32)),
        "end_date": dates(end.astype(np.int32), day),
        "net_days": pa.array(net.astype(np.int64)),
        "is_within": pa.array(net <= limit),
        "is_counted": pa.array(counted & ~is_open),
        "treated_share": pa.array(np.where(is_open, np.nan, share).astype(np.float64), mask=is_open),
    })  # fmt: skip


def _fds(identifier: pa.Array, rows: Records, day: int) -> pa.Table:
    """Told, or decided before that; died before either. An adjustment is recorded once the patient has been seen."""
    told = np.minimum(rows.told, rows.decided)
    died = np.where(rows.died_known <= day, rows.died, NEVER)
    end = np.minimum(told, died)
    deducted = np.where(rows.seen <= day, rows.adjustment, 0)
    counted = (rows.reason != 3) & (told <= died) & _is_here(rows, end)
    return _rows(
        identifier, "fds28", 28, start=rows.received, end=end, deducted=deducted, counted=counted, share=np.ones(len(rows)),
        day=day,
    )  # fmt: skip


def _is_here(rows: Records, end: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Whether the trust had the patient on the last day of the wait: arrived by then, and not sent on."""
    return ((rows.arrived == NEVER) | (rows.arrived <= end)) & (rows.left > end)


def _pauses(records: Records, treatments: Treatments) -> NDArray[np.int64]:
    """By record, the days of the patient's choice before the first treatment."""
    days = np.zeros(len(records), dtype=np.int64)
    is_first = treatments.kind == "01"
    days[treatments.record[is_first]] = treatments.adjustment[is_first]
    return days


def _d62(identifier: pa.Array, rows: Records, paused: NDArray[np.int64], day: int) -> pa.Table:
    """Treated; or ended by ruling out, exclusion, death or removal. Shared ones by the table of CWT-R17, written out here."""
    ruled_out = np.where(rows.is_cancer | (rows.reason == 4), NEVER, rows.told)
    died = np.where(rows.died_known <= day, rows.died, NEVER)
    end = np.minimum(np.minimum(rows.treated, ruled_out), np.minimum(rows.removed, died))
    first = np.where(rows.seen <= day, rows.adjustment, 0)
    after = np.where(rows.treated <= day, paused, 0)
    share = _shares(rows, first, after)
    return _rows(
        identifier, "d62", 62, start=rows.start_62, end=end, deducted=first + after,
        counted=rows.is_cancer & (rows.treated == end) & ((rows.arrived == NEVER) | (rows.arrived <= end)), share=share, day=day,
    )  # fmt: skip


def _shares(rows: Records, first: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.float64]:
    """What of each treated patient counts here."""
    moved = np.minimum(rows.arrived, rows.left)
    is_shared = (moved <= rows.treated) & rows.is_cancer
    transfer_day = np.maximum(moved.astype(np.int64) - rows.start_62 - first, 0)
    leg = np.maximum(rows.treated.astype(np.int64) - moved - after, 0)
    breach = transfer_day + leg > 62
    late, slow = transfer_day > 38, leg > 24
    referring = np.select([~breach & ~late, ~breach, ~late, slow], [0.5, 0.0, 0.0, 0.5], 1.0)
    ours = np.where(rows.arrived < NEVER, 1 - referring, referring)
    return np.where(is_shared, ours, 1.0)


def _d31(identifier: pa.Array, records: Records, treatments: Treatments, given: NDArray[np.int64], day: int) -> pa.Table:
    """From the decision or ECAD to the treatment, less the patient's choice; those of no record were never transferred."""
    end = treatments.treated[given]
    of_record = treatments.record[given]
    counted = (of_record < 0) | _is_here(records.only(np.maximum(of_record, 0)), end)
    deducted = np.where(end <= day, treatments.adjustment[given], 0)
    return _rows(
        identifier, "d31", 31, start=treatments.start_31[given], end=end, deducted=deducted,
        counted=counted, share=np.ones(len(given)), day=day,
    )  # fmt: skip
