"""docs/data-dictionary.md: the data dictionary as a page, written from reports/dictionary.py."""

from collections.abc import Iterable

from clockstop.reports.dictionary import Described, Entry, dictionary
from clockstop.reports.rule_pages import table

NOTICE = "<!-- Written by `clockstop docs`; change contracts/, rules/ or measures/, not this page. -->"
MOST_CODES, MOST_MEASURES = 4, 3


def data_dictionary_page() -> str:
    """The text of the page."""
    every = list(dictionary().items())
    parts = [
        NOTICE,
        "# Data dictionary",
        "Every column of what can be loaded (datasets) and of what is worked out from it (facts): what it means, the data element\n"
        "of the NHS Data Dictionary that it is, its codes, and the measures that read it. The site has the same with a search at\n"
        "`/dictionary`, and whole as CSV; programs read it at `/api/v1/dictionary`. Long lists of codes stand in\n"
        "[datasets](datasets.md#lists-of-codes), measures under [measures](measures/rtt.md).",
        _contents(every),
        *(_section(name, one) for name, one in every),
    ]
    return "\n\n".join(parts) + "\n"


def _contents(every: Iterable[tuple[str, Described]]) -> str:
    rows = ((f"[`{name}`](#{_anchor(name)})", one.kind, one.title, len(one.entries), len(one.measures)) for name, one in every)
    return table(("Table", "Kind", "What it is", "Columns", "Measures"), rows)


def _anchor(name: str) -> str:
    return name.replace(" (fact)", "-fact")


def _section(name: str, one: Described) -> str:
    made = f"; made of {', '.join(f'`{need}`' for need in one.needs)}" if one.needs else ""
    said = (
        f"One row: {one.row}{made}."
        if one.kind == "fact"
        else f"One row is {one.row.replace('named by ', 'named by `').replace(', ', '`, `')}`."
    )
    rows = (
        (f"`{entry.column}`", entry.type, _meaning(entry), entry.element, _codes(entry), _measures(entry)) for entry in one.entries
    )
    head = ("Column", "Type", "Meaning", "NHS Data Dictionary", "Codes", "Read by")
    return f'<a id="{_anchor(name)}"></a>\n## {one.title}\n\n`{one.name}`, a {one.kind}. {said}\n\n{table(head, rows)}'


def _meaning(entry: Entry) -> str:
    marks = [words for words, is_so in (("required", entry.is_required), ("identifying", entry.is_identifying)) if is_so]
    return entry.meaning + (f" ({', '.join(marks)})" if marks else "")


def _codes(entry: Entry) -> str:
    if len(entry.codes) > MOST_CODES:
        return f"{len(entry.codes)} codes"
    return "; ".join(f"`{code}` {words}" for code, words in entry.codes.items())


def _measures(entry: Entry) -> str:
    more = len(entry.measures) - MOST_MEASURES
    return ", ".join(f"`{one}`" for one in entry.measures[:MOST_MEASURES]) + (f" and {more} more" if more > 0 else "")
