"""RTT-R40, R41, R55, R56: bands, thresholds, percentiles, cohorts."""

from datetime import date

import pytest

from clockstop.rules import rtt_bands


def test_each_wait_has_its_band(spec):
    """RTT-R40: the first band has eight days, every other seven; weeks are rounded up, so day 126 lies in >17-18."""
    waits = """
        days
        ----
        0
        7
        8
        14
        120
        126
        127
        364
        365
        455
        456
        728
        729
        2000

    """
    expect = """
        days | band | band_label
        -----+------+-----------
        0    | 1    | >0-1
        7    | 1    | >0-1
        8    | 2    | >1-2
        14   | 2    | >1-2
        120  | 18   | >17-18
        126  | 18   | >17-18
        127  | 19   | >18-19
        364  | 52   | >51-52
        365  | 53   | >52-53
        455  | 65   | >64-65
        456  | 66   | >65-66
        728  | 104  | >103-104
        729  | 105  | >104
        2000 | 105  | >104
    """
    spec(lambda rows: rows.mutate(band=rtt_bands.band(rows.days), band_label=rtt_bands.band_label(rtt_bands.band(rows.days))),
         waits, expect=expect)  # fmt: skip


def test_thresholds(spec):
    """RTT-R41: within 18 weeks is 126 days or fewer; N+ weeks is more than 7N days."""
    waits = "days\n----\n126\n127\n364\n365"
    expect = """
        days | is_within | is_over_52
        -----+-----------+-----------
        126  | T         | F
        127  | F         | F
        364  | F         | F
        365  | F         | T
    """
    spec(
        lambda rows: rows.mutate(is_within=rtt_bands.is_within_weeks(rows.days), is_over_52=rtt_bands.is_over_weeks(rows.days, 52)),
        waits,
        expect=expect,
    )


def test_days_breach_date_and_cohort(spec):
    """RTT-R40, R41, R56: the start day is day 0, across clock changes and leap days; the last day within is day 126."""
    clocks = """
        start_date | end_date
        -----------+-----------
        2026-03-28 | 2026-03-29
        2024-02-26 | 2024-03-04
        2024-12-30 | 2026-03-31
        2024-12-31 | 2026-03-31
        2026-01-01 |
    """
    expect = """
        start_date | days | breach_date | is_over_65
        -----------+------+-------------+-----------
        2026-03-28 | 1    | 2026-08-01  | F
        2024-02-26 | 7    | 2024-07-01  | T
        2024-12-30 | 456  | 2025-05-05  | T
        2024-12-31 | 455  | 2025-05-06  | F
        2026-01-01 |      | 2026-05-07  | F
    """

    def rule(rows, target):
        return rows.mutate(
            days=rtt_bands.days_waited(rows.start_date, rows.end_date),
            breach_date=rtt_bands.breach_date(rows.start_date),
            is_over_65=rtt_bands.will_be_over_weeks(rows.start_date, target, 65),
        )

    spec(rule, clocks, "2026-03-31", expect=expect)


@pytest.mark.parametrize("days", [0, 1, 7, 8, 125, 126, 127, 364, 365, 728, 729, 3000])
def test_plain_values_and_columns_are_one_rule(engine, days):
    """The same function answers for a number and for a column."""
    import pyarrow as pa

    rows = engine.memory(pa.table({"days": [days]}))
    number = rtt_bands.band(rows.days)
    got = engine.rows(rows.select(band=number, label=rtt_bands.band_label(number))).to_pylist()[0]
    assert got == {"band": rtt_bands.band(days), "label": rtt_bands.band_label(rtt_bands.band(days))}


def test_the_edge_of_a_cohort_is_in_it():
    """RTT-R56: the latest start is over the weeks at the target; the next day's is not."""
    edge = rtt_bands.latest_start_over_weeks(date(2027, 3, 31), 52)
    assert rtt_bands.will_be_over_weeks(edge, date(2027, 3, 31), 52)
    assert not rtt_bands.will_be_over_weeks(date.fromordinal(edge.toordinal() + 1), date(2027, 3, 31), 52)


@pytest.mark.parametrize(
    ("counts", "share", "weeks"),
    [
        ([10, 10, 10, 10], 0.5, 2.0),
        ([0, 0, 4], 0.25, 2.25),
        ([5], 0.0, 0.0),
        ([5, 0, 5], 1.0, 3.0),
        ([1] * 104 + [96], 0.92, 104.0),
        ([], 0.5, None),
    ],
)
def test_percentiles_lie_on_a_line_within_the_band(counts, share, weeks):
    """RTT-R55: the open band gives its lower edge; nobody waiting gives nothing."""
    assert rtt_bands.percentile_weeks(counts, share) == weeks
