"""A slow, obvious second version of the monthly return, written from planned-care.md 1.8 to 1.10 and not from the rule's code.

It takes plain dicts: periods with `start`, `end`, `status`, `nullified`, `admitted`, `passed`, `arrived`, `function`,
`stop_function`, `commissioner` and `decisions` (pairs of decided and removed dates).
"""

from collections import Counter
from datetime import timedelta


def band_of(days):
    """>0-1 holds 0 to 7 days, every other band seven, and 105 the rest."""
    for number in range(1, 105):
        if days <= 7 * number:
            return number
    return 105


def on_list(period, day):
    """RTT-R42: begun and here, and neither stopped, nullified nor passed on by the end of the day."""
    if period["start"] > day or period["arrived"] > day:
        return False
    gone = [date for date in (period["end"], period["passed"]) if date is not None]
    return all(date > day for date in gone)


def reported_stop(period, first, last):
    """RTT-R43: ended in the month, not nullified, and not first passed to another provider."""
    end = period["end"]
    if end is None or not first <= end <= last or period["nullified"]:
        return False
    return period["passed"] is None or end < period["passed"]


def the_return(periods, first, last):
    """How many pathways stand at each (part, commissioner, function, band); the band of Part 3 is None."""
    counts = Counter()
    for period in periods:
        who = period["commissioner"]
        if reported_stop(period, first, last):
            part = "part_1a" if period["admitted"] and period["status"] == "30" else "part_1b"
            counts[part, who, period["stop_function"], band_of((period["end"] - period["start"]).days)] += 1
        if on_list(period, last):
            place = (who, period["function"], band_of((last - period["start"]).days))
            counts["part_2", *place] += 1
            if any(
                period["start"] <= decided <= last and (removed is None or removed > last)
                for decided, removed in period["decisions"]
            ):
                counts["part_2a", *place] += 1
        if first <= period["start"] <= last and period["arrived"] <= last and not period["nullified"]:
            counts["part_3", who, period["function"], None] += 1
    return counts


def the_flow(periods, first, last):
    """RTT-R49 for the trust: opening, starts, transfers in, stops, transfers out, nullified, closing."""
    flow = Counter()
    day_before = first - timedelta(days=1)
    for period in periods:
        flow["opening"] += on_list(period, day_before)
        flow["closing"] += on_list(period, last)
        began = first <= period["start"] <= last and period["arrived"] <= last
        flow["starts"] += began
        flow["transfers_in"] += not began and first <= period["arrived"] <= last
        flow["stops"] += reported_stop(period, first, last)
        passed_first = period["passed"] is not None and (period["end"] is None or period["passed"] <= period["end"])
        flow["transfers_out"] += passed_first and first <= period["passed"] <= last
        is_null = period["nullified"] and period["end"] is not None and first <= period["end"] <= last
        flow["nullified"] += is_null and not passed_first
    return flow
