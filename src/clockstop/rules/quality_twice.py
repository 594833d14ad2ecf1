"""Rules of what stands there twice: a record under one key or two, and a code that is spelt in two ways."""

from collections.abc import Iterator, Sequence
from functools import partial, reduce
from operator import or_

import ibis
from ibis.expr.types import ArrayValue, BooleanValue, StringValue, Table

from clockstop.contracts.contract import Contract
from clockstop.rules import quality_columns as columns
from clockstop.rules.quality import ADMINISTRATION, INFORMATION, SYSTEMS, FoundTest, QualityRule, Today
from clockstop.rules.quality_columns import PSEUDONYM, kept_name


def spelt_twice(contract: Contract) -> Iterator[QualityRule]:
    """A place or person under two spellings, where the dataset has such codes."""
    spelt = [column.name for column in columns.spelt(contract)]
    if spelt:
        yield QualityRule(
            slug="spelt_in_two_ways", dataset=contract.name, kind="validity",
            title="One place or person spelt in two ways",
            definition=f"A code of {', '.join(spelt)} differs from a commoner one of the same column only by capitals, blanks or "
            f"signs.",
            what_to_do="Map the odd spelling to the usual one, and correct the list that staff choose from.",
            who_mends=INFORMATION,
            test=FoundTest(found=partial(_spelt_oddly, tuple(spelt)), screen=partial(_has_odd, tuple(spelt)), reads=tuple(spelt)),
            planted_as=("spelling",),
        )  # fmt: skip


def _spelt_oddly(names: Sequence[str], rows: Table, *, today: Today) -> Table:
    return reduce(lambda one, other: one.union(other), [_odd(rows, name) for name in names])


def _has_odd(names: Sequence[str], rows: Table) -> BooleanValue:
    """Whether two codes of a column are one but for capitals, blanks and signs."""
    return reduce(or_, [_is_odd(rows[name].collect(distinct=True)) for name in names])


def _is_odd(codes: ArrayValue) -> BooleanValue:
    plain = codes.map(_plain).filter(lambda code: code != "")
    return (plain.length() > plain.unique().length()).fill_null(False)


def _plain(code: StringValue) -> StringValue:
    return code.upper().re_replace(r"[^A-Z0-9]", "")


def _odd(rows: Table, name: str) -> Table:
    """The records whose code is a rarer spelling of another code of the column."""
    held = rows.filter(rows[name].notnull())
    spellings = held.group_by(code=held[name]).aggregate(number=held.count())
    spellings = spellings.mutate(plain=_plain(spellings.code))
    spellings = spellings.filter(spellings.plain != "")
    usual = ibis.window(group_by="plain", order_by=[ibis.desc("number"), "code"])
    ranked = spellings.mutate(usual=spellings.code.first().over(usual))
    odd = ranked.filter(ranked.code != ranked.usual).select(name_of_code="code", usual="usual")
    found = rows.inner_join(odd, rows[name] == odd.name_of_code)
    return found.select("record", evidence=ibis.literal(f"{name}: ") + found.name_of_code + " beside " + found.usual)


def recorded_twice(contract: Contract) -> Iterator[QualityRule]:
    """One record twice: under one key in one file, or with all its content under two."""
    yield QualityRule(
        slug="key_twice", dataset=contract.name, kind="uniqueness",
        title="The same record twice in one file",
        definition="Two rows of one file have the same key. Intake keeps the last and sets the other aside.",
        what_to_do="Find out why the extract repeats rows: often a join that finds two partners.",
        who_mends=SYSTEMS,
        reasons=tuple((code, name) for code in ("duplicate_row", "duplicate_key") for name in (*contract.key, "record_id", "")),
        planted_as=("duplicate_row", "duplicate_key"),
    )  # fmt: skip
    surrogate = columns.surrogate(contract)
    if surrogate:
        yield QualityRule(
            slug="content_twice", dataset=contract.name, kind="uniqueness",
            title="The same content under two numbers",
            definition=f"Two records agree in everything but their {surrogate}: one thing was recorded twice. The one with the "
            f"lower "
            "number counts as the first.",
            what_to_do="Merge them at source; a file that was loaded twice under new numbers is to be withdrawn.",
            who_mends=ADMINISTRATION,
            test=FoundTest(found=partial(_same_content, contract, surrogate), screen=partial(_is_held_twice, contract, surrogate)),
            planted_as=("same_content",),
        )  # fmt: skip


# What makes a record one of a kind beside the identifiers of patients and links.
_OF_A_KIND = ("taken_at", "month_date", "weekday", "session_start_at", "planned_start_at", "booked_start_at")


def _contents(contract: Contract, surrogate: str, rows: Table) -> Table:
    """Of each record that says of what it is, what it says beside its number."""
    names = [kept_name(column) for column in contract.columns if column.name != surrogate]
    identifying = [name for name in names if name.endswith("_identifier") or name in (*_OF_A_KIND, PSEUDONYM)]
    is_told = reduce(or_, [rows[name].notnull() for name in identifying], ibis.literal(False))
    return rows.filter(is_told).select("record", content=ibis.struct({name: rows[name] for name in names}).hash())


def _is_held_twice(contract: Contract, surrogate: str, rows: Table) -> BooleanValue:
    content = _contents(contract, surrogate, rows)
    return (content.content.count() > content.content.nunique()).as_scalar()


def _same_content(contract: Contract, surrogate: str, rows: Table, *, today: Today) -> Table:
    content = _contents(contract, surrogate, rows)
    first = content.record.min().over(ibis.window(group_by="content"))
    found = content.mutate(first=first)
    return found.filter(found.record != found["first"]).select("record", evidence=ibis.literal("the same as ") + found["first"])
