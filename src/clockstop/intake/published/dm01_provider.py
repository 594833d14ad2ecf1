"""NHS England's monthly DM01 workbook by provider: sheets Provider and Provider by Test (XLS or XLSX)."""

from typing import TYPE_CHECKING

from clockstop.intake.published import headings
from clockstop.intake.published.consistency import as_shares, contradictions, contradictions_of_england, grouped_sums, summed
from clockstop.intake.published.declared.dm01 import BANDS
from clockstop.intake.published.figures_table import ENGLAND, cut, figures, long, numbers
from clockstop.intake.published.layouts import Column, FoundTable, Layout, has_table, tables
from clockstop.intake.published.organisation_rows import organisations
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

if TYPE_CHECKING:
    import pandas as pd

ALL_TESTS = 16
_BAND_COLUMNS = tuple(
    Column(name=name, pattern=rf"0?{week} ?(<|to|-|under) ?0?{week + 1} weeks?( sum 1)?", is_needed=True)
    for week, name in enumerate(BANDS)
)
_COUNTS = ("waiting_list", "waiting_6_weeks", "waiting_13_weeks", *BANDS, "weeks_13_plus")
_ACTIVITY = ("planned_tests", "unscheduled_tests", "waiting_list_tests")
LAYOUT = Layout(
    "Diagnostics waiting times by provider (DM01)",
    (
        Column(name="org_code", pattern=r"provider (org(anisation)? )?code|org(anisation)? code", is_sign=True),
        Column(name="org_name", pattern=r"provider (org(anisation)? )?name|provider|org(anisation)? name", is_needed=True),
        Column(name="region_code", pattern=r"region(al)?( team)? code"),
        Column(name="region_name", pattern=r"region(al)?( team)?( name)?"),
        Column(name="test", pattern=r"diagnostic( test)? id|test id|diagnostic id"),
        Column(name="test_name", pattern=r"diagnostic tests?( name)?|test name"),
        Column(name="waiting_list", pattern=r"total (waiting list|wl|waiting)", is_sign=True),
        Column(name="waiting_6_weeks", pattern=r"number waiting 0?6 ?\+ ?weeks", is_sign=True),
        Column(name="waiting_13_weeks", pattern=r"number waiting 13 ?\+ ?weeks", is_needed=True),
        Column(name="share_6_weeks", pattern=r"(percentage|%|per ?cent) ?waiting 0?6 ?\+ ?weeks"),
        *_BAND_COLUMNS,
        Column(name="weeks_13_plus", pattern=r"13 ?\+ ?weeks?( sum 1)?|13 weeks? ?\+", is_needed=True),
        Column(name="planned_tests", pattern=r"planned tests ?/ ?procedures.*"),
        Column(name="unscheduled_tests", pattern=r"unscheduled tests ?/ ?procedures.*"),
        Column(name="waiting_list_tests", pattern=r"waiting list tests ?/ ?procedures.*"),
    ),
)


def is_provider_workbook(preview: Preview) -> bool:
    """Whether a sheet has providers with a total waiting list and those waiting 6 weeks and more."""
    return has_table(preview, LAYOUT)


def read(source: Source) -> Edition:
    """England and every provider, whole and by test."""
    found = tables(source.grids, LAYOUT)
    month = headings.one_month(found)
    whole = [table for table in found if "test" not in table.places]
    parts, notes = [], []
    for table in found:
        rows, values = _typed(table, month)
        notes += _check_rows(table, rows, values)
        parts.append(_whole(table, rows, values) if table in whole else _by_test(table, rows, values, has_whole=bool(whole)))
        notes += headings.unread(table)
    return Edition(
        month=month,
        tables={"figures": figures(parts)},
        rows_read=sum(len(table.rows) for table in found),
        notes=tuple(dict.fromkeys(notes)),
        details=headings.details(found[0].above, source.file.name),
    )


def _typed(table: FoundTable, month: str) -> "tuple[pd.DataFrame, dict[str, pd.Series]]":
    """The rows of organisations and England, and the numbers of each column."""
    rows = organisations(table, month)
    columns = [name for name in (*_COUNTS, *_ACTIVITY, "share_6_weeks") if name in table.places]
    values = {name: numbers(table, name, rows) for name in columns}
    if "share_6_weeks" in values:
        values["share_6_weeks"] = as_shares(values["share_6_weeks"], values["waiting_6_weeks"] / values["waiting_list"])
    return rows, values


def _check_rows(table: FoundTable, rows: "pd.DataFrame", values: "dict[str, pd.Series]") -> list[str]:
    """Bands add up to the list, those from week 6 to the breaches, the open band is the 13 weeks; providers add up to England."""
    typed = rows[["level", "source_row"]].assign(**values)
    bands = typed[[*BANDS, "weeks_13_plus"]]
    from_6_weeks = bands.iloc[:, 6:].sum(axis=1, skipna=False)
    notes = contradictions(table, typed, "waiting_list", bands.sum(axis=1, skipna=False), "its bands add up to")
    notes += contradictions(table, typed, "waiting_6_weeks", from_6_weeks, "the bands from 6 weeks add up to")
    notes += contradictions(table, typed, "waiting_13_weeks", typed["weeks_13_plus"], "the open band has")
    tests = _tests(table, rows)
    notes += _check_tests(table, typed.assign(org_code=rows["org_code"]), tests)
    whole = typed[tests.isin([0, ALL_TESTS])]
    england, providers = whole[whole["level"] == "england"], whole[whole["level"] == "provider"]
    if not len(england):
        return [*notes, f"Sheet {table.sheet} has no row of England: its figures are added up from the organisations."]
    columns = [name for name in (*_COUNTS, *_ACTIVITY) if name in values]
    return notes + contradictions_of_england(table, england, providers, columns)


def _check_tests(table: FoundTable, typed: "pd.DataFrame", tests: "pd.Series") -> list[str]:
    """An organisation's row of all tests is the sum of its tests, where it has both."""
    single, together = typed[(tests > 0) & (tests < ALL_TESTS)], typed[tests == ALL_TESTS]
    notes = []
    for column in ("waiting_list", "waiting_6_weeks", "waiting_13_weeks"):
        added = grouped_sums(single, ["org_code"], column).set_index("org_code")[column]
        notes += contradictions(table, together, column, together["org_code"].map(added), "its tests add up to")
    return notes


def _tests(table: FoundTable, rows: "pd.DataFrame") -> "pd.Series":
    """The number of each row's test; 0 for a row of no test."""
    if "test" not in table.places:
        return rows["source_row"] * 0
    return numbers(table, "test", rows).fillna(0).astype(int)


def _whole(table: FoundTable, rows: "pd.DataFrame", values: "dict[str, pd.Series]") -> "pd.DataFrame":
    import pandas as pd

    made = long(table, rows, list(values), values=values)
    if (rows["level"] == "england").any():
        return made
    return pd.concat([made, _england(table, rows, values, rows["month"].iloc[0])], ignore_index=True)


def _by_test(table: FoundTable, rows: "pd.DataFrame", values: "dict[str, pd.Series]", *, has_whole: bool) -> "pd.DataFrame":
    """Every test of every provider, and England's, which the sheet gives only for all tests together."""
    import pandas as pd

    tests = _tests(table, rows)
    is_one = tests > 0
    month = rows["month"].iloc[0]
    parts = [long(table, rows[is_one], list(values), cuts=tests[is_one].map(lambda test: cut(test=test)), values=values)]
    for test in sorted(tests[is_one].unique()):
        parts.append(_england(table, rows[tests == test], values, month, cut(test=test)))
    if not has_whole:
        is_all = tests.isin([0, ALL_TESTS]) & ~((tests == ALL_TESTS) & (rows["level"] == "england"))
        parts.append(_whole(table, rows[is_all], values))
    return pd.concat(parts, ignore_index=True)


def _england(
    table: FoundTable, rows: "pd.DataFrame", values: "dict[str, pd.Series]", month: str, of_cut: str = ""
) -> "pd.DataFrame":
    """England as the sum of the providers' rows."""
    providers = rows[rows["level"] == "provider"]
    typed = providers[[]].assign(**{name: column.reindex(providers.index) for name, column in values.items()})
    total = summed(typed, [name for name in typed if name != "share_6_weeks"])
    total = total.assign(month=month, level="england", org_code=ENGLAND, org_name="England")
    if "share_6_weeks" in values:
        total["share_6_weeks"] = total["waiting_6_weeks"] / total["waiting_list"].where(total["waiting_list"] > 0)
    return long(table, total, list(values), cuts=of_cut)


PUBLICATION = Publication(
    slug="dm01_provider",
    title="DM01 by provider",
    known_by="a workbook (XLS or XLSX) with a header of Provider Code, Total Waiting List and Number waiting 6+ Weeks",
    is_ours=is_provider_workbook,
    read=read,
    dataset="dm01",
)
