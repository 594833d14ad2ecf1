"""Tiny extracts, written by hand: each test says only what it is about."""

import csv
import io

KEYS = (
    "Period",
    "Provider Parent Org Code",
    "Provider Parent Name",
    "Provider Org Code",
    "Provider Org Name",
    "Commissioner Parent Org Code",
    "Commissioner Parent Name",
    "Commissioner Org Code",
    "Commissioner Org Name",
    "RTT Part Type",
    "RTT Part Description",
    "Treatment Function Code",
    "Treatment Function Name",
)
SUMS = ("Total", "Patients with unknown clock start date", "Total All")


def band_titles(closed):
    """The headings of so many closed bands and the open one."""
    return [*(f"Gt {lower:02d} To {lower + 1:02d} Weeks SUM 1" for lower in range(closed)), f"Gt {closed} Weeks SUM 1"]


def row(*, waits=None, function="C_999", part="Part_2", provider="RXX", commissioner="01A", period="RTT-January-2026", **more):
    """One row of an extract; `waits` maps a band's lower edge to patients. Sums follow unless they are given."""
    waits = {} if waits is None else waits
    known = sum(waits.values())
    is_completed = part.upper().endswith(("1A", "1B"))
    unknown = more.pop("unknown", 0)
    sums = {"known": known if is_completed else "", "unknown": unknown or "", "total_all": known + unknown} | more
    return {
        "waits": waits,
        "function": function,
        "part": part,
        "provider": provider,
        "commissioner": commissioner,
        "period": period,
        **sums,
    }


def both(**values):
    """A row of one function and the total row that it makes."""
    return [row(**{"function": "C_100"} | values), row(**values)]


def extract_text(rows, *, closed=104, titles=None, above=(), below=(), delimiter=","):
    """The CSV as text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows(above)
    header = [*KEYS, *band_titles(closed), *SUMS]
    writer.writerow([(titles or {}).get(title, title) for title in header])
    for one in rows:
        bands = ["" if not one["waits"] else one["waits"].get(lower, 0) for lower in range(closed + 1)]
        names = [one["period"], "QKK", "NHS SOUTH EAST LONDON INTEGRATED CARE BOARD", one["provider"], f"TRUST {one['provider']}"]
        buyer = ["QKK", "ICB", one["commissioner"], one.get("commissioner_name", "BUYER")]
        what = [one["part"], "Description", one["function"], "Name"]
        writer.writerow([*names, *buyer, *what, *bands, one["known"], one["unknown"], one["total_all"]])
    writer.writerows(below)
    return out.getvalue()
