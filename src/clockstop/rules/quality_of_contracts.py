"""The rules that every dataset has by its contract alone: what is missing, what cannot be true, what stands there twice.

Rows that a load set aside count under the same rule, at the door.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial, reduce
from operator import add, or_

import ibis
from ibis.expr.types import BooleanValue, StringValue, Table

from clockstop.contracts import contracts
from clockstop.contracts.contract import Column, Contract
from clockstop.rules import quality_columns as columns
from clockstop.rules import quality_twice
from clockstop.rules.ages import years_old
from clockstop.rules.quality import ADMINISTRATION, INFORMATION, SYSTEMS, TODAY, QualityRule, RowTest, Today
from clockstop.rules.quality_columns import BIRTH
from clockstop.rules.treatment_functions import roll_up

# Nobody in England is known to have been older (the oldest were 115 to 116).
OLDEST_YEARS = 115
# No record of today tells of longer ago, and nothing is booked further ahead.
YEARS_BACK, YEARS_AHEAD = 30, 10
# Days that programs write where they know none.
DEFAULT_DAYS = ("1899-12-30", "1899-12-31", "1900-01-01", "1901-01-01", "1970-01-01", "1999-12-31", "2099-12-31")
# Of instants with a time, one in 1,440 lies at midnight; more than this share says that times are lost.
MIDNIGHT_SHARE = 0.01
TEST_PERSON = r"(?i)test|dummy|zzz|^x{3,}$|^0{4,}$|^9{6,}$|^12345678?9?0?$"
TEST_NAME = r"(?i)^[zx]*te?st([^a-z]|$)|dummy|do.?not.?use|^zzz"
# A code says so in fewer letters than a name; a clinic that is named after training may be a real one.
TEST_PLACE = TEST_NAME + r"|^[zx]*test(clin|ward|pat|cons|theat|room|doc|app)|^[zx]*train(ing)?([^a-z]|$)|^demo([^a-z]|$)"
# What intake says of a cell that cannot be read at all, or of a row that does not fit its header.
UNREADABLE = ("date_unreadable", "number_unreadable", "truth_unreadable", "too_long", "nul_character")
BROKEN = ("too_few_cells", "too_many_cells", "other_provider")
OUT_OF_RANGE = ("date_too_early", "date_too_late", "date_in_future")
LISTED = tuple(sorted(roll_up()))
Failed = Callable[[Table, Today], BooleanValue]


def rules_of(contract: Contract) -> Iterator[QualityRule]:
    """The rules of one dataset."""
    yield _required(contract)
    for column in columns.wanted(contract):
        yield _wanted(contract, column)
    yield from _codes(contract)
    yield from quality_twice.spelt_twice(contract)
    yield from _cells(contract)
    yield from _dates(contract)
    yield from _people(contract)
    yield from quality_twice.recorded_twice(contract)


def _required(contract: Contract) -> QualityRule:
    return QualityRule(
        slug="required_missing", dataset=contract.name, kind="completeness",
        title="A required cell is empty",
        definition=f"One of these is empty, so that the row says of nobody and nothing: {_named(contract.required)}. "
        "Intake sets such a row aside.",
        what_to_do="Fill the cell at source and send the row again, or map the column.",
        who_mends=INFORMATION,
        reasons=tuple(("missing", name) for name in contract.required),
        planted_as=("missing_pathway", "missing_decision_date", "arrival_missing", "virtual_stay_without_ward"),
    )  # fmt: skip


# The faults that a made-up group has of empty columns (synthetic/fault_kinds.py and the families of care).
_PLANTED_MISSING = {
    "nhs_number": ("nhs_number_invalid", "nhs_number_missing"),
    "activity_treatment_function_code": ("missing_treatment_function",),
    "priority_type_code": ("priority_missing",),
    "organisation_identifier_patient_pathway_identifier_issuer": ("issuer_missing",),
}


def _wanted(contract: Contract, column: Column) -> QualityRule:
    name, unknown = columns.kept_name(column), columns.not_known(column)
    words = f" or holds a code that says it is not known ({_named(unknown)})" if unknown else ""
    if column.is_nhs_number:
        words = " or holds one that fails its check digit (modulus 11): such a number is not kept"
    return QualityRule(
        slug=f"missing_{column.name}", dataset=contract.name, kind="completeness", column=column.name,
        title=f"{_title(column.name)} missing" + (" or invalid" if column.is_nhs_number else " or not known" if unknown else ""),
        definition=f"The record has no {column.name} ({column.meaning}){words}.",
        what_to_do=_mend(column),
        who_mends=ADMINISTRATION if column.is_identifying or column.name in _OF_THE_PERSON else INFORMATION,
        test=RowTest(failed=partial(_is_missing, name, unknown, column.type),
                     evidence=partial(_held, name, column.type), reads=(name,)),
        needs=(f"{contract.name}.{name}",),
        reasons=(("nhs_number_invalid", column.name),) if column.is_nhs_number else (),
        planted_as=_PLANTED_MISSING.get(column.name, ()),
    )  # fmt: skip


_OF_THE_PERSON = (
    "sex",
    "ethnic_category",
    "index_of_multiple_deprivation_decile",
    "neighbourhood",
    "referring_practice",
    "commissioner",
)


def _mend(column: Column) -> str:
    if column.is_nhs_number:
        return "Trace the number on the Personal Demographics Service and correct the registration."
    if column.is_identifying or column.name in _OF_THE_PERSON:
        return "Ask the patient at the next contact, or trace the registration on the Personal Demographics Service."
    return "Fill it where the record is made; where the extract leaves it out, map it."


def _is_missing(name: str, unknown: Sequence[str], kind: str, rows: Table, today: Today) -> BooleanValue:
    held = rows[name]
    if kind not in ("text", "code"):
        return held.isnull()
    return held.isnull() | columns.is_among(held.strip().upper(), (*columns.NOT_KNOWN_WORDS, *unknown))


def _held(name: str, kind: str, rows: Table) -> StringValue:
    return ibis.literal("empty") if kind not in ("text", "code") else rows[name].fill_null("empty")


def _codes(contract: Contract) -> Iterator[QualityRule]:
    coded = [column.name for column in contract.columns if column.codes]
    if coded:
        yield QualityRule(
            slug="unknown_code", dataset=contract.name, kind="validity",
            title="A code is not in its list",
            definition=f"One of these holds a code that its list does not have: {_named(coded)}. Intake sets such a row aside.",
            what_to_do="Map the code ([codes] in the mapping), or correct it at source. Many at once: a list has changed.",
            who_mends=INFORMATION,
            reasons=tuple(("unknown_code", name) for name in coded),
            planted_as=("unknown_route", "unknown_status", "unknown_outcome", "department_type_unknown", "ready_status_unknown",
                        "colour_unknown"),
        )  # fmt: skip
    if _has(contract, "activity_treatment_function_code"):
        yield QualityRule(
            slug="function_not_listed", dataset=contract.name, kind="validity", column="activity_treatment_function_code",
            title="Treatment function that no list has",
            definition="The treatment function is none of the national list (DCB0028): it is reported under Other.",
            what_to_do="Enter the function of the service that sees the patient.",
            who_mends=INFORMATION,
            test=RowTest(
                judged=lambda rows, today: rows.activity_treatment_function_code.notnull(),
                failed=lambda rows, today: ~columns.is_among(rows.activity_treatment_function_code.strip(), LISTED),
                evidence=lambda rows: rows.activity_treatment_function_code, reads=("activity_treatment_function_code",),
            ),
            needs=(f"{contract.name}.activity_treatment_function_code",),
            planted_as=("function_unlisted",),
        )  # fmt: skip


def _cells(contract: Contract) -> Iterator[QualityRule]:
    yield QualityRule(
        slug="unreadable", dataset=contract.name, kind="validity",
        title="A cell or row that cannot be read",
        definition="A date, number or yes-or-no cannot be read, a text is too long, or the row has too few or too many cells. "
        "Intake sets such a row aside.",
        what_to_do="Correct the extract: declare its date formats, quote cells that hold the delimiter.",
        who_mends=SYSTEMS,
        reasons=(*((code, column.name) for code in UNREADABLE for column in contract.columns), *((code, "") for code in BROKEN)),
        planted_as=("impossible_date",),
    )  # fmt: skip
    if contract.checks:
        yield QualityRule(
            slug="contradicts_itself", dataset=contract.name, kind="consistency",
            title="The row contradicts itself",
            definition="Columns of one row cannot both be true: "
            + "; ".join(dict.fromkeys(check.message for check in contract.checks)) + ". Intake sets such a row aside.",
            what_to_do="Correct the record at source: often two dates stand in each other's place.",
            who_mends=ADMINISTRATION,
            reasons=tuple((check.code, check.column) for check in contract.checks),
            planted_as=("discharge_before_referral", "removed_before_decision", "discharge_before_admission",
                        "departure_days_before_arrival", "stay_ends_before_it_starts", "bed_state_negative", "area_state_negative"),
        )  # fmt: skip


def _dates(contract: Contract) -> Iterator[QualityRule]:
    dated = [column for column in contract.columns if column.type in ("date", "instant")]
    if dated:
        yield _impossible(contract, [column.name for column in dated])
    if past := [column.name for column in columns.days_of_the_past(contract)]:
        yield _ahead(contract, past)
    # A picture of a state may well be taken at midnight.
    if instants := [column.name for column in dated if column.type == "instant" and column.name != "taken_at"]:
        yield _at_midnight(contract, instants)
    if _has(contract, BIRTH):
        yield _before_birth(contract, [column.name for column in columns.event_days(contract)])


def _impossible(contract: Contract, names: Sequence[str]) -> QualityRule:
    return QualityRule(
        slug="impossible_date", dataset=contract.name, kind="validity",
        title="A date that cannot be true",
        definition=f"A day is a default (such as 1 January 1900, 1901 or 1970), lies more than {YEARS_BACK} years back or "
        f"{YEARS_AHEAD} years ahead, or makes the patient older than {OLDEST_YEARS}: of {_named(names)}.",
        what_to_do="Enter the day itself; stop the system from writing a default where none is known.",
        who_mends=ADMINISTRATION,
        test=_any_of([(name, partial(_is_impossible, name, contract)) for name in names]),
        reasons=tuple((code, name) for code in OUT_OF_RANGE for name in names),
        planted_as=("future_start", "impossible_date", "default_day", "shifted_century"),
    )  # fmt: skip


def _ahead(contract: Contract, past: Sequence[str]) -> QualityRule:
    return QualityRule(
        slug="ahead_of_time", dataset=contract.name, kind="validity",
        title="Something recorded as done lies in the future",
        definition=f"One of these is later than the day of the data: {_named(past)}.",
        what_to_do="Correct the date: day and month are often exchanged, or a plan was entered as done.",
        who_mends=ADMINISTRATION,
        test=_any_of([(name, partial(_is_ahead, name)) for name in past]),
        planted_as=("ahead_of_time",),
    )  # fmt: skip


def _at_midnight(contract: Contract, instants: Sequence[str]) -> QualityRule:
    return QualityRule(
        slug="time_missing", dataset=contract.name, kind="validity",
        title="A time of day stands at midnight",
        definition=f"A time is exactly 00:00, and more than {MIDNIGHT_SHARE:.0%} of the column's times are: a day was sent "
        f"where a time is meant. Of {_named(instants)}.",
        what_to_do="Send the time with the day; where staff enter it afterwards, ask for the hour.",
        who_mends=SYSTEMS,
        test=_any_of([(name, partial(_is_midnight, name)) for name in instants]),
    )  # fmt: skip


def _before_birth(contract: Contract, after: Sequence[str]) -> QualityRule:
    return QualityRule(
        slug="before_birth", dataset=contract.name, kind="consistency",
        title="Before the patient's birth",
        definition=f"One of these lies before the day of birth: {_named(after)}.",
        what_to_do="Check the date of birth against the Personal Demographics Service, then the date.",
        who_mends=ADMINISTRATION,
        test=_any_of([(name, partial(_is_before_birth, name)) for name in after], BIRTH),
        needs=(f"{contract.name}.{BIRTH}",),
        planted_as=("start_before_birth",),
    )  # fmt: skip


def _any_of(tests: Sequence[tuple[str, Failed]], *also: str) -> RowTest:
    """The test of several columns: a row fails where one does; the evidence says which, and what stands there.

    `also` are columns that the tests look at besides.
    """

    def failed(rows: Table, today: Today) -> BooleanValue:
        return reduce(or_, [test(rows, today).fill_null(False) for name, test in tests])

    def evidence(rows: Table) -> StringValue:
        today = rows[TODAY]
        said = [
            test(rows, today).fill_null(False).ifelse(ibis.literal(f"{name}: ") + rows[name].cast("string") + "; ", "")
            for name, test in tests
        ]
        return reduce(add, said).re_replace("; $", "")

    return RowTest(failed=failed, evidence=evidence, reads=(*dict.fromkeys((*(name for name, _ in tests), *also)),))


def _is_impossible(name: str, contract: Contract, rows: Table, today: Today) -> BooleanValue:
    day = rows[name].cast("date")
    is_default = columns.is_among(day, [date.fromisoformat(text) for text in DEFAULT_DAYS])
    if name in columns.VALIDITY:
        return is_default & (day.year() < 2000)
    if name == BIRTH:
        return is_default & (day.year() < 1902) | (years_old(day, today) > OLDEST_YEARS)
    year = today.year()
    return is_default | (day.year() < year - YEARS_BACK) | (day.year() > year + YEARS_AHEAD)


def _is_ahead(name: str, rows: Table, today: Today) -> BooleanValue:
    # The midnight that ends the day belongs to it.
    return rows[name].cast("timestamp") > today.cast("timestamp") + ibis.interval(days=1)


def _is_midnight(name: str, rows: Table, today: Today) -> BooleanValue:
    instant = rows[name]
    is_midnight = instant == instant.truncate("D")
    share = is_midnight.fill_null(False).cast("int64").sum().over() / instant.count().over()
    return is_midnight & (share > MIDNIGHT_SHARE)


def _is_before_birth(name: str, rows: Table, today: Today) -> BooleanValue:
    return rows[name].cast("date") < rows[BIRTH]


def _people(contract: Contract) -> Iterator[QualityRule]:
    tests: list[tuple[str, Failed]] = []
    if _has(contract, "local_patient_identifier"):
        tests.append(("local_patient_identifier", partial(_looks_like, "local_patient_identifier", TEST_PERSON)))
    places = dict.fromkeys(("clinic_code", "ward_code", "consultant_code", "theatre"), TEST_PLACE)
    places |= dict.fromkeys(("ward_name", "clinic_name"), TEST_NAME)
    tests += [(name, partial(_looks_like, name, pattern)) for name, pattern in places.items() if _has(contract, name)]
    if tests:
        yield QualityRule(
            slug="test_record", dataset=contract.name, kind="validity",
            title="A record made to test a system",
            definition=f"A patient's or place's code is one that nobody real has (TEST, TRAINING, DUMMY, ZZZ, 999999): of "
            f"{_named(name for name, _ in tests)}.",
            what_to_do="Take test records out of the live system, or leave them out of the extract.",
            who_mends=SYSTEMS,
            test=_any_of(tests),
            planted_as=("test_patient", "test_clinic"),
        )  # fmt: skip


def _looks_like(name: str, pattern: str, rows: Table, today: Today) -> BooleanValue:
    return rows[name].strip().re_search(pattern)


def _has(contract: Contract, name: str) -> bool:
    return any(column.name == name for column in contract.columns)


def _named(names: Iterable[str]) -> str:
    return ", ".join(names)


def _title(name: str) -> str:
    words = {"nhs_number": "NHS number", "sex": "Sex"}.get(name, name.replace("_", " "))
    return words[0].upper() + words[1:]


RULES = tuple(rule for contract in contracts().values() for rule in rules_of(contract))
