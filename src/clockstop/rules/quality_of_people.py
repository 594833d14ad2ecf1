"""Rules about persons, in every dataset that says or points to one: numbers, deaths, and care that does not fit sex or age."""

from functools import partial

import ibis
from ibis.expr.types import BooleanValue, StringValue, Table

from clockstop.contracts import contracts
from clockstop.contracts.people import PATHWAY
from clockstop.rules.ages import years_old
from clockstop.rules.quality import ADMINISTRATION, FoundTest, QualityRule, RowTest, Today, for_each
from clockstop.rules.quality_columns import BIRTH, PSEUDONYM, is_among
from clockstop.rules.quality_persons import LOCAL, OF_PERSONS
from clockstop.rules.treatment_functions import listed_codes

_OF_PATHWAYS = tuple(
    name for name, contract in contracts().items() if any(column.name == PATHWAY[0].name for column in contract.columns)
)
# Records that find their patient through another.
_THROUGH_OTHERS = (
    "ambulance_arrivals", "diagnostic_appointments", "discharge_ready_dates", "ed_service_requests", "ward_patient_days",
    "ward_stays",
)  # fmt: skip
OF_PATIENTS = tuple(sorted({*OF_PERSONS, *_OF_PATHWAYS, *_THROUGH_OTHERS}))
FUNCTION = "known_activity_treatment_function_code"
# Treatment functions of one sex, of children and of the old (NHS Data Dictionary). Gynaecology and obstetrics know women alone.
OF_WOMEN = ("501", "502", "503", "505", "560")
OF_CHILDREN = tuple(listed_codes("142 171 211-223 240-264 270 280 290 291 321 420-422"))
OF_THE_OLD = ("430",)
NEWBORN = ("422",)
OLDEST_CHILD, OLDEST_NEWBORN, YOUNGEST_OLD = 20, 1, 40
YOUNGEST_MOTHER, OLDEST_MOTHER, MATERNITY = 10, 60, ("501", "560")
# What is recorded in the days after a death may belong to it: tests reported, a list tidied up.
DAYS_OF_GRACE = 1
SETTLED_DAYS = 14


def _numbers_apart(usual: str, own: str, words: str, rows: Table, person_numbers: Table, *, today: Today) -> Table:
    """The records whose number is not the usual partner of the other number that they have."""
    odd = person_numbers.filter(person_numbers[own] != person_numbers[usual]).select(
        odd_nhs=person_numbers[PSEUDONYM], odd_local=person_numbers[LOCAL], beside=person_numbers[usual]
    )
    found = rows.inner_join(odd, [rows[PSEUDONYM] == odd.odd_nhs, rows[LOCAL] == odd.odd_local])
    said = (ibis.literal(words) + found.beside) if own == LOCAL else ibis.literal(words)
    return found.select("record", evidence=said)


def _has_both(rows: Table, today: Today) -> BooleanValue:
    return rows[PSEUDONYM].notnull() & rows[LOCAL].notnull()


def _details_differ(rows: Table, person_details: Table, *, today: Today) -> Table:
    known = person_details.filter(person_details.records > 1).drop("records")
    found = rows.inner_join(known, PSEUDONYM)
    born = (found[BIRTH] != found.usual_birth).fill_null(False)
    sex = ((found.sex != found.usual_sex) & found.sex.isin(["1", "2"])).fill_null(False)
    said = born.ifelse(ibis.literal("another date of birth than the person's other records"), ibis.literal("another sex"))
    return found.filter(born | sex).select("record", evidence=said)


def _after_death(dataset: str, rows: Table, person_deaths: Table, *, today: Today) -> Table:
    found = rows.filter(_takes_place(dataset, rows)).inner_join(person_deaths, "person")
    late = found.day.delta(found.death_date, unit="day") > DAYS_OF_GRACE
    said = ibis.literal("died ") + found.death_date.cast("string") + ", recorded on " + found.day.cast("string")
    return found.filter(late).select("record", evidence=said)


# Where a dataset says that something does not take place, the columns that do.
_CANCELLED_BY = {
    "appointments": ("attended_or_did_not_attend_code", "first_attendance_code"),
    "diagnostic_appointments": ("appointment_outcome",),
    "theatre_cases": ("is_cancelled",),
}


def _takes_place(dataset: str, rows: Table) -> BooleanValue:
    """Whether the record needs a patient who lives: what was cancelled does not."""
    if dataset == "appointments":
        return rows.attended_or_did_not_attend_code.fill_null("0").notin(["2", "4"]) & (
            rows.first_attendance_code.fill_null("") != "5"
        )
    if dataset == "diagnostic_appointments":
        return rows.appointment_outcome.fill_null("booked").notin(["patient_cancelled", "provider_cancelled", "refused"])
    if dataset == "theatre_cases":
        return ~rows.is_cancelled.fill_null(False)
    return rows.day.notnull()


# Where a dataset says that something is still open, the column that is then empty.
_CLOSED_BY = {
    "waiting_list_entries": ("removal_date",),
    "follow_up_requests": ("closed_date", "booked_date"),
    "pifu_episodes": ("closed_date",),
    "diagnostic_requests": ("removal_date", "reported_date"),
    # A referral that tells of the death itself waits for nothing: its clock has stopped.
    "referrals": ("discharge_date", "rejected_date", "transferred_out_date", "person_death_date"),
    "cancer_records": ("removal_date",),
}


def _open_after_death(dataset: str, rows: Table, person_deaths: Table, *, today: Today) -> Table:
    is_open = rows.day.notnull()
    for name in _CLOSED_BY[dataset]:
        is_open = is_open & rows[name].isnull()
    found = rows.filter(is_open).inner_join(person_deaths, "person")
    late = today.delta(found.death_date, unit="day") > SETTLED_DAYS
    return found.filter(late).select("record", evidence=ibis.literal("open, and died ") + found.death_date.cast("string"))


def _is_mans(rows: Table, today: Today) -> BooleanValue:
    return (rows.known_sex == "1") & is_among(rows[FUNCTION], OF_WOMEN)


def _is_of_another_age(rows: Table, today: Today) -> BooleanValue:
    age, function = years_old(rows[f"known_{BIRTH}"], rows.day), rows[FUNCTION]
    too_old = (is_among(function, OF_CHILDREN) & (age >= OLDEST_CHILD)) | (is_among(function, NEWBORN) & (age > OLDEST_NEWBORN))
    mother = is_among(function, MATERNITY) & ~age.between(YOUNGEST_MOTHER, OLDEST_MOTHER)
    return too_old | mother | (is_among(function, OF_THE_OLD) & (age < YOUNGEST_OLD))


def _age_and_function(rows: Table) -> StringValue:
    age = years_old(rows[f"known_{BIRTH}"], rows.day).cast("string")
    return ibis.literal("aged ") + age + " under function " + rows[FUNCTION]


def _knows_age(rows: Table, today: Today) -> BooleanValue:
    return rows[f"known_{BIRTH}"].notnull() & rows[FUNCTION].notnull()


def _of_persons(dataset: str) -> tuple[QualityRule, ...]:
    both = (f"{dataset}.{PSEUDONYM}", f"{dataset}.{LOCAL}")
    return (
        QualityRule(
            slug="two_hospital_numbers", dataset=dataset, kind="uniqueness",
            title="One NHS number with two hospital numbers",
            definition="The patient's NHS number stands with another hospital number in more of the trust's records, of any "
            "dataset.",
            what_to_do="Merge the registrations of the person; where they are two people, one has the other's NHS number: trace "
            "both.",
            who_mends=ADMINISTRATION,
            test=FoundTest(tables=("person_numbers",), judged=_has_both,
                found=partial(_numbers_apart, "usual_local", LOCAL, "usually under hospital number "), reads=(PSEUDONYM, LOCAL),
            ),
            needs=both, planted_as=("second_hospital_number",),
        ),
        QualityRule(
            slug="two_nhs_numbers", dataset=dataset, kind="uniqueness",
            title="One hospital number with two NHS numbers",
            definition="The hospital number stands with another NHS number in more of the trust's records, of any dataset.",
            what_to_do="Two people share one registration: part their records before anybody acts on the wrong one.",
            who_mends=ADMINISTRATION,
            test=FoundTest(tables=("person_numbers",), judged=_has_both,
                found=partial(_numbers_apart, "usual_nhs", PSEUDONYM, "the hospital number is usually under another NHS "
                "number"), reads=(PSEUDONYM, LOCAL),
            ),
            needs=both, planted_as=("second_nhs_number",),
        ),
        QualityRule(
            slug="person_differs", dataset=dataset, kind="consistency",
            title="Birth or sex differs from the person's other records",
            definition="The date of birth or the sex is another than in most records of the same NHS number.",
            what_to_do="Correct it by the Personal Demographics Service; where both are right, two people share the number.",
            who_mends=ADMINISTRATION,
            test=FoundTest(tables=("person_details",), judged=lambda rows, today: rows[PSEUDONYM].notnull(), found=_details_differ,
                           reads=(PSEUDONYM, BIRTH, "sex")),
            needs=(f"{dataset}.{PSEUDONYM}",), planted_as=("birth_differs", "sex_differs"),
        ),
    )  # fmt: skip


def _of_patients(dataset: str) -> tuple[QualityRule, ...]:
    return (
        QualityRule(
            slug="after_death", dataset=dataset, kind="consistency",
            title="Recorded, or booked, after the patient's death",
            definition=f"The record is dated more than {DAYS_OF_GRACE} day after the patient's death, as a referral, a cancer "
            "record, a request for a test or a discharge by death tells it. What was cancelled is left out.",
            what_to_do="Cancel what is booked and tell nobody's family of it; if the patient lives, correct the death.",
            who_mends=ADMINISTRATION,
            test=FoundTest(tables=("person_deaths",), judged=lambda rows, today: rows.person.notnull(),
                found=partial(_after_death, dataset if dataset in _CANCELLED_BY else ""),
                reads=("person", "day", *_CANCELLED_BY.get(dataset, ())),
            ),
            planted_as=("booked_after_death",),
        ),
        QualityRule(
            slug="sex_against_service", dataset=dataset, kind="consistency",
            title="A man under a service for women",
            definition="The patient's sex is male, and the treatment function is obstetrics, gynaecology or midwifery.",
            what_to_do="Correct the sex or the function; a trans man or a partner's test may be right: look before changing.",
            who_mends=ADMINISTRATION,
            test=RowTest(
                judged=lambda rows, today: rows.known_sex.notnull() & rows[FUNCTION].notnull(), failed=_is_mans,
                evidence=lambda rows: ibis.literal("male, function ") + rows[FUNCTION], reads=("known_sex", FUNCTION),
            ),
            planted_as=("sex_against_service",),
        ),
        QualityRule(
            slug="age_against_service", dataset=dataset, kind="consistency",
            title="An age that the service does not see",
            definition=f"Aged {OLDEST_CHILD} or more under a children's function, more than {OLDEST_NEWBORN} under neonatology, "
            f"less than {YOUNGEST_OLD} under geriatric medicine, or under obstetrics and midwifery not from {YOUNGEST_MOTHER} to "
            f"{OLDEST_MOTHER}.",
            what_to_do="Correct the date of birth or the function.",
            who_mends=ADMINISTRATION,
            test=RowTest(judged=_knows_age, failed=_is_of_another_age, evidence=_age_and_function,
                         reads=(f"known_{BIRTH}", FUNCTION, "day")),
            planted_as=("age_against_service",),
        ),
    )  # fmt: skip


_OPEN = QualityRule(
    slug="open_after_death", dataset="", kind="consistency",
    title="Open after the patient's death",
    definition=f"The patient died more than {SETTLED_DAYS} days ago, and the record still waits for something.",
    what_to_do="Close it on the day of death. A letter to a patient who has died is the worst way to find out.",
    who_mends=ADMINISTRATION,
    planted_as=("open_after_death",),
)  # fmt: skip
RULES = (
    *(rule for dataset in OF_PERSONS for rule in _of_persons(dataset)),
    *(rule for dataset in OF_PATIENTS for rule in _of_patients(dataset)),
    *for_each(
        _OPEN,
        {
            name: FoundTest(tables=("person_deaths",), found=partial(_open_after_death, name), reads=("person", "day", *closed))
            for name, closed in _CLOSED_BY.items()
        },
    ),
)
