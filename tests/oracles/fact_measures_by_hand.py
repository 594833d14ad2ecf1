"""Measures of a fact counted by plain loops: the slow, obvious twin of measures/fact_counts.py.

What a measure counts is said here by a plain function of a row and a census, never by the catalogue's own expressions.
"""

from calendar import monthrange
from collections import defaultdict
from datetime import timedelta


def week_ends(as_of, count):
    """The last `count` Sundays up to the day."""
    sunday = as_of - timedelta(days=(as_of.weekday() + 1) % 7)
    return [sunday - timedelta(days=7 * back) for back in range(count)]


def month_ends(as_of, count):
    """The last `count` ends of months up to the day."""
    found, day = [], as_of
    while len(found) < count:
        if day.day == monthrange(day.year, day.month)[1]:
            found.append(day)
        day -= timedelta(days=1)
    return found


def first_of(kind, end):
    """The first day of the period that ends then."""
    return end - timedelta(days=6) if kind == "week" else end.replace(day=1)


def by_hand(rows, said, periods, by):
    """`{(slug, kind, end, *cell): (numerator, denominator)}` of all that is not nothing.

    `said`: by slug, a function of a row and a census that gives (numerator, denominator) for it, and the name of the row's day
    where it counts by date.
    """
    sums = defaultdict(lambda: [0.0, 0.0])
    for slug, (of_row, day) in said.items():
        for kind, ends in periods.items():
            for end in ends if not day or kind != "now" else []:
                for row in rows:
                    if day and not (row[day] is not None and first_of(kind, end) <= row[day] <= end):
                        continue
                    part, whole = of_row(row, end)
                    cell = tuple("unknown" if row[name] is None else str(row[name]) for name in by)
                    sums[slug, kind, end, *cell][0] += part
                    sums[slug, kind, end, *cell][1] += whole
    return {key: tuple(pair) for key, pair in sums.items() if any(pair)}
