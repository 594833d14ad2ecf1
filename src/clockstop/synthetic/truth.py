"""What is true: the clock periods as meant, written beside the extracts so that clock and checks can be scored."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clockstop.synthetic.extract_columns import pathway_identifiers
from clockstop.synthetic.histories import Truth
from clockstop.synthetic.organisations import Trust
from clockstop.synthetic.pathways import NEVER, Pathways, function_of
from clockstop.synthetic.periods import Ending, Periods

EVENT_NUMBERS_FROM = 9001  # the trust's own numbering of the events that it sends itself


def known_periods(truth: Truth, day: int) -> Periods:
    """The periods of which the trust's records tell at the end of `day`, by pathway and number."""
    periods = truth.periods.only((truth.periods.known <= day) & (truth.periods.start <= day))
    return periods.only(np.lexsort((periods.number, periods.pathway)))


def period_rows(trust: Trust, own: Pathways, truth: Truth, day: int, is_faulted: NDArray[np.bool_]) -> pa.Table:
    """One row a period at the end of `day`, in the columns of rtt_clocks; `is_faulted` where a fault was planted in the pathway."""
    periods = known_periods(truth, day)
    is_over = periods.end_known <= day
    is_passed = is_over & (periods.ending == Ending.transferred)
    has_end = is_over & ~is_passed
    functions = np.array([function_of(service) for service in trust.services])
    service = own.service[periods.pathway]
    return pa.table(
        {
            "trust": pa.repeat(pa.scalar(trust.code), len(periods)),
            "patient_pathway_identifier": pathway_identifiers(trust, periods.pathway),
            "period_number": _period_numbers(periods),
            "start_date": _dates(periods.start),
            "end_date": _dates(np.where(has_end, periods.end, NEVER)),
            "end_status": pa.array(np.char.mod("%d", periods.status), mask=~has_end),
            "is_nullified": pa.array(has_end & (periods.ending == Ending.nullified)),
            "ended_by_admission": pa.array(has_end & (periods.ending == Ending.admitted)),
            "responsibility_passed_date": _dates(np.where(is_passed, periods.end, NEVER)),
            "service": pa.array(functions[service]),
            "activity_treatment_function_code": pa.array(np.array(trust.services)[service]),
            "is_faulted": pa.array(is_faulted[periods.pathway]),
        }
    )


def event_rows(trust: Trust, truth: Truth, own: Pathways, day: int, since: int | None = None) -> pa.Table:
    """The stops by letter and the agreements to monitor that the trust sends as canonical rtt_events."""
    periods = truth.by_letter
    chosen = (periods.end <= day) & ((periods.end > since) if since is not None else True)
    periods = periods.only(chosen)
    is_monitored = periods.ending == Ending.monitored
    service = np.array(trust.services)[own.service[periods.pathway]]
    return pa.table(
        {
            "patient_pathway_identifier": pathway_identifiers(trust, periods.pathway),
            "event_date": _dates(periods.end),
            "event_sequence": pa.array(np.full(len(periods), EVENT_NUMBERS_FROM, dtype=np.int64)),
            "event_type": pa.array(np.where(is_monitored, "active_monitoring", "no_treatment_communicated")),
            "referral_to_treatment_period_status": pa.array(np.char.mod("%d", periods.status)),
            "activity_treatment_function_code": pa.array(service),
        }
    )


def _period_numbers(periods: Periods) -> pa.Array:
    return pa.array(periods.number.astype(np.int64))


def _dates(values: np.ndarray) -> pa.Array:
    return pa.array(values.astype(np.int32), mask=values >= NEVER).view(pa.date32())
