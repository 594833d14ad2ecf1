"""Published workbooks in small, written for a test: DM01 by provider, in any order, with what real files have been seen to do."""

import xlsxwriter

BANDS = [f"{week:02d} <{week + 1:02d} weeks" for week in range(13)]
HEADS = [
    *("Regional Team Code", "Regional Team Name", "Provider Code", "Provider Name", "Diagnostic ID", "Diagnostic Test Name"),
    *("Total Waiting List", "Number waiting 6+ Weeks", "Number waiting 13+ Weeks", "Percentage waiting 6+ weeks"),
    *(*BANDS, "13+ weeks", "Planned tests / procedures", "Unscheduled tests / procedures"),
    "Waiting list tests / procedures (excluding planned)",
]


def dm01_row(code, *, early=10, late=4, longest=1, name="", test="", test_name=""):
    """A provider's row: so many in the first week, in the seventh, and over 13 weeks."""
    bands = [early, 0, 0, 0, 0, 0, late, 0, 0, 0, 0, 0, 0, longest]
    total, breaches = sum(bands), late + longest
    share = breaches / total if total else 0
    values = ["Y56", "LONDON", code, name or f"TRUST {code}", test, test_name, total, breaches, longest, share, *bands, 5, 6, 7]
    return dict(zip(HEADS, values, strict=True))


def england(rows):
    """The row of England that these rows make."""
    summed = {head: sum(row[head] for row in rows) for head in HEADS[6:]}
    summed["Percentage waiting 6+ weeks"] = summed["Number waiting 6+ Weeks"] / summed["Total Waiting List"]
    return dict.fromkeys(HEADS[:6], "") | {"Provider Name": "Total"} | summed


def dm01_workbook(path, rows, *, heads=HEADS[:4] + HEADS[6:], period="June 2025", total=True, lower=0, sheet="Provider", **labels):
    """The workbook; `total` is England's row, of the rows or given; `lower` moves the header, `labels` are Revised and others."""
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet(sheet)
    above = {"Title": "Monthly Diagnostics", "Period": period, "Published": "14th August 2025", **labels}
    for number, (label, value) in enumerate(above.items(), start=1):
        page.write_row(number, 1, [f"{label}:", value])
    top = 12 + lower
    page.write_row(top, 1, heads)
    lines = [total if isinstance(total, dict) else england(rows)] if total else []
    for number, row in enumerate([*lines, {}, *rows], start=top + 1):
        page.write_row(number, 1, [row.get(head, "") for head in heads])
    book.close()
    return path
