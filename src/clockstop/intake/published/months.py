"""Months as published files write them, told apart from whatever stands around them."""

import re

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = "(" + "|".join(_NAMES) + ")[a-z]*"
_FIRST_MONTH_OF_A_YEAR = 4  # NHS years run from April


def month(text: str) -> str | None:
    """The month as YYYY-MM, or None where the text names none.

    >>> month("RTT-January-2026"), month("RTT-JAN-26"), month("2026-01-31"), month("31/01/2026"), month("20260131")
    ('2026-01', '2026-01', '2026-01', '2026-01', '2026-01')
    >>> month("2016/17 MARCH"), month("2016-17 April"), month("Total")
    ('2017-03', '2016-04', None)
    """
    text = text.strip().lower()
    named = re.search(_NAME, text)
    if named:
        return _named(text, _NAMES.index(named[1]) + 1)
    for pattern in (r"(?P<year>20\d\d)-?(?P<month>[01]\d)(-?[0-3]\d)?\b", r"\b[0-3]?\d/(?P<month>[01]?\d)/(?P<year>20\d\d)"):
        if found := re.search(pattern, text):
            return _checked(int(found["year"]), int(found["month"]))
    return None


def quarter_end(text: object) -> str | None:
    """The last month of the quarter that the text names, or None where it names none.

    >>> quarter_end("April to June 2025"), quarter_end("Quarter 4, 2024-25 (January to March 2025)"), quarter_end("Q3 2024/25")
    ('2025-06', '2025-03', '2024-12')
    >>> quarter_end("Oct-Dec 2024"), quarter_end("30/06/2025"), quarter_end("London")
    ('2024-12', None, None)
    """
    said = str(text).strip().lower()
    named = list(re.finditer(rf"\b{_NAME}\b", said))
    if len(named) >= 2 and (year := re.search(r"20\d\d", said[named[-1].end() :])):
        return _checked(int(year[0]), _NAMES.index(named[-1][1]) + 1)
    if found := re.search(r"\bq(?:uarter|tr)?\s?([1-4])\b[^0-9]*(20\d\d)[-/](?:20)?\d\d\b", said):
        quarter, first_year = int(found[1]), int(found[2])
        return f"{first_year + (quarter == 4)}-{(3, 6, 9, 12)[quarter % 4]:02d}"
    return None


def _named(text: str, number: int) -> str | None:
    if years := re.search(r"(20\d\d)[-/](\d\d)\b", text):
        return _checked(int(years[1]) + (number < _FIRST_MONTH_OF_A_YEAR), number)
    if year := re.search(r"(20\d\d|(?<!\d)\d\d)(?!\d)", text):
        return _checked(int(year[1]) % 100 + 2000, number)
    return None


def _checked(year: int, number: int) -> str | None:
    return f"{year}-{number:02d}" if 1 <= number <= 12 else None
