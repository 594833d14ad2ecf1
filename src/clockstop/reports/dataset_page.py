"""docs/datasets.md: every dataset that can be loaded, column by column, written from the contracts."""

from collections import defaultdict
from collections.abc import Iterable

from clockstop.contracts import contracts
from clockstop.contracts.contract import Check, Column, Contract
from clockstop.reports.rule_pages import table

NOTICE = "<!-- Written by `clockstop docs`; change contracts/, not this page. -->"
# A longer list stands once at the end of the page; nearly all of those belong to several datasets.
CODES_IN_A_CELL = 6
_USUAL_LENGTH = Column(name="", type="text", meaning="").max_length


def dataset_page() -> str:
    """The text of the page."""
    known = contracts()
    lists = _lists(known.values())
    parts = [
        NOTICE,
        "# Datasets",
        _how(),
        _contents(known.values()),
        *(_section(contract, lists) for contract in known.values()),
        "## Lists of codes",
        *(_list(anchor, column) for anchor, column in lists.items()),
    ]
    return "\n\n".join(parts) + "\n"


def _how() -> str:
    return (
        "What `clockstop load FILE --trust CODE --dataset NAME` takes. Your headers and codes may be others: a\n"
        "[mapping](mapping.md) says how they become these. Columns that are not named here never enter.\n\n"
        "- **One row is named by** its key: of each key the last load wins. Several columns name a row together.\n"
        "- **Window**: a full delivery speaks for the days of this column from the first to the last among its rows, or as\n"
        "  declared; what lay there before and is not in the file is withdrawn. Of an instant it is the local day.\n"
        "- **Grouped by**: rows with the same value lie together, and what is worked out for one of them sees them all.\n"
        "- **Types**: `date` a civil day; `instant` a date and time of day, London's unless the cell names its zone, which is\n"
        "  kept beside it where it says *with its zone*; `truth` Y or N; `integer` a whole number; `number` may have\n"
        "  decimals; `code` one of its list; `text` anything else.\n"
        "- **Required**: a row without it is set aside. So is one that a **check** below the columns finds wrong, under its code;\n"
        "  the codes that hold for every dataset stand on the page [mapping](mapping.md#why-a-row-is-set-aside)."
    )


def _contents(known: Iterable[Contract]) -> str:
    rows = ((f"[`{one.name}`](#{one.name})", one.title, _names(one.key), f"`{one.window}`", len(one.columns)) for one in known)
    return table(("Dataset", "What it is", "One row is named by", "Window", "Columns"), rows)


def _section(contract: Contract, lists: dict[str, Column]) -> str:
    parts = [
        f'<a id="{contract.name}"></a>\n## {contract.title}',
        f"`{contract.name}`: one row is named by {_names(contract.key)}; window by `{contract.window}`; "
        f"grouped by `{contract.grouped_by}`.",
        table(
            ("Column", "Type", "Required", "Codes", "Meaning"),
            (
                (f"`{one.name}`", _type(one), "yes" if one.is_required else "", _codes(one, lists), _meaning(one))
                for one in contract.columns
            ),
        ),
    ]
    return "\n\n".join([*parts, _checks(contract.checks)] if contract.checks else parts)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _type(column: Column) -> str:
    if column.keeps_offset:
        return f"{column.type}, with its zone"
    is_short = column.type == "text" and column.max_length != _USUAL_LENGTH
    return f"{column.type}, at most {column.max_length} characters" if is_short else column.type


def _meaning(column: Column) -> str:
    said = [column.meaning]
    if column.is_nhs_number:
        said.append("replaced at the door by a keyed hash")
    if column.is_identifying and not column.is_nhs_number:
        said.append("never leaves the trust")
    if not column.may_be_in_future:
        said.append("not in the future")
    return "; ".join(said)


def _checks(checks: Iterable[Check]) -> str:
    return table(("Set aside as", "Looked at", "Because"), ((f"`{one.code}`", f"`{one.column}`", one.message) for one in checks))


def _codes(column: Column, lists: dict[str, Column]) -> str:
    if len(column.codes) <= CODES_IN_A_CELL:
        return "; ".join(f"`{code}` {meaning}" for code, meaning in column.codes.items())
    anchor = next(anchor for anchor, one in lists.items() if (one.name, one.codes) == (column.name, column.codes))
    return f"[{len(column.codes)} codes](#{anchor})"


def _lists(known: Iterable[Contract]) -> dict[str, Column]:
    """The columns with a long list, each list of a name once, by its anchor; a name with two lists has two anchors."""
    by_name: dict[str, list[Column]] = defaultdict(list)
    for column in (one for contract in known for one in contract.columns if len(one.codes) > CODES_IN_A_CELL):
        if column.codes not in [one.codes for one in by_name[column.name]]:
            by_name[column.name].append(column)
    return {
        f"codes-{name}{f'-{place}' if place else ''}": column
        for name in sorted(by_name)
        for place, column in enumerate(by_name[name])
    }


def _list(anchor: str, column: Column) -> str:
    rows = ((f"`{code}`", meaning) for code, meaning in column.codes.items())
    return f'<a id="{anchor}"></a>\n### `{column.name}`: {column.meaning}\n\n{table(("Code", "Meaning"), rows)}'
