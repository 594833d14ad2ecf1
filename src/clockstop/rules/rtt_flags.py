"""The 25 record-level data-quality flags of RTT-R51: what each means, what it can do to the figures, and who mends it.

The tests themselves stand in the files beside: rtt_flags_of_records, _of_lists, _of_persons and _of_snapshots. Flag 25 compares
totals, not records: `is_return_apart`.
"""

from dataclasses import dataclass, fields
from typing import Literal

from clockstop.rules.readings import Readings

Effect = Literal["moves the clock", "moves the list", "hides a risk", "weakens the record"]
# Most urgent first: the order in which an overview sorts.
EFFECTS: dict[Effect, str] = {
    "moves the clock": "The wait itself may be wrong: the start or the stop is in doubt.",
    "moves the list": "A pathway may stand on the list, or in a row of the return, where it should not, or be missing from it.",
    "hides a risk": "The clock is right, but nobody may be looking after the patient.",
    "weakens the record": "The clock is right; the record cannot be matched, sent or grouped as it should.",
}
SOURCE = "RTT-R51: the usual content of a national data-quality dashboard"
ADMINISTRATION = "Patient administration"
SERVICE = "Service management"
VALIDATION = "Validation team"
INFORMATION = "Information team"
CLINICAL = "Clinical team"
E_RS = "e-RS team"


@dataclass(frozen=True, kw_only=True)
class Flag:
    """One flag. `mark`: found in a source read, known as established practice, or unsure (then a reading holds the number).

    `judged`: which pathways it looks at. `needs`: what a trust must send, or the flag cannot be judged. `reasons`: the
    reasons, each a dataset's, under which the door sets aside rows that would have had it.
    """

    number: int
    slug: str
    name: str
    definition: str
    why: str
    do: str
    owner: str
    effect: Effect
    judged: str = "every pathway"
    mark: Literal["found", "known", "unsure"] = "known"
    rules: tuple[str, ...] = ("RTT-R51",)
    needs: str = ""
    reasons: tuple[tuple[str, str, str], ...] = ()

    @property
    def title(self) -> str:
        """The flag with its number, as analysts name it."""
        return f"{self.number}. {self.name}"


FLAGS = (
    Flag(
        number=1, slug="nhs_number", name="NHS number missing or invalid", effect="weakens the record", owner=ADMINISTRATION,
        definition="The pathway has no NHS number, or one that fails its check digit (modulus 11).",
        why="It cannot be matched with other records, nor checked for duplicates, and national collections turn it away.",
        do="Trace the number on the Personal Demographics Service and correct the patient's registration.",
        needs="nhs_number on referrals or events", reasons=(("", "nhs_number", "nhs_number_invalid"),),
    ),
    Flag(
        number=2, slug="missing_start", name="Clock start missing", effect="moves the clock", owner=ADMINISTRATION,
        mark="found", rules=("RTT-R51", "RTT-R47"),
        definition="There is activity, a stop or a list entry, and no date from which the patient has waited: the referral or its "
        "date of receipt is missing (1900-01-01 counts as missing).",
        why="The patient is on no list, or counted with an unknown start. The date must be traced, never invented.",
        do="Find the referral letter, e-RS request or transfer form and enter the day on which it was received.",
        reasons=(("referrals", "referral_request_received_date", "missing"), ("referrals", "original_start_date", ""),
                 ("rtt_events", "event_date", "missing")),
    ),
    Flag(
        number=3, slug="future_start", name="Clock start in the future",
        effect="moves the clock", owner=ADMINISTRATION, mark="found",
        definition="A clock would start after the day of the list.",
        why="The patient waits already, but is on no list until that day comes.",
        do="Correct the date of receipt; look for day and month exchanged, or a wrong year.",
        reasons=(("referrals", "referral_request_received_date", "date_in_future"),
                 ("referrals", "referral_request_received_date", "date_too_late")),
    ),
    Flag(
        number=4, slug="start_order", name="Start before birth or before the referral",
        effect="moves the clock", owner=ADMINISTRATION,
        rules=("RTT-R51", "RTT-R15"),
        definition="The clock starts before the patient's birth, or before the first referral was received though nobody "
        "transferred it and no planned date was missed.",
        why="One of the dates is wrong. If it is the start, the wait is too long.",
        do="Compare the start with the referral and the date of birth, and correct the one that is wrong.",
    ),
    Flag(
        number=5, slug="end_order", name="End before start, or an end on an open pathway",
        effect="moves the clock", owner=ADMINISTRATION,
        definition="A stop is dated before the clock that it should stop, or a stop is recorded that stopped nothing while "
        "the clock runs.",
        why="The pathway may be closed in truth and still be counted as waiting.",
        do="Correct the date or the status of the stop, or confirm that the patient still waits.",
        reasons=(("referrals", "discharge_date", "discharge_before_referral"),
                 ("waiting_list_entries", "removal_date", "removed_before_decision"),
                 ("spells", "discharge_date_hospital_provider_spell", "discharge_before_admission")),
    ),
    Flag(
        number=6, slug="status_missing", name="RTT status missing or not known", effect="moves the clock", owner=SERVICE,
        rules=("RTT-R51", "RTT-R18"),
        definition="A patient was seen, and the attendance carries no RTT status, or 99, not yet known.",
        why="Until it is known the clock runs on. If the attendance was the treatment, the wait is counted too long.",
        do="Ask the clinic for the outcome form and enter the status of that attendance.",
        needs="referral_to_treatment_period_status on appointments or events",
        reasons=(("appointments", "referral_to_treatment_period_status", "unknown_code"),),
    ),
    Flag(
        number=7, slug="status_contradicts", name="Status contradicts the list", effect="moves the list", owner=VALIDATION,
        rules=("RTT-R51", "RTT-R18"), judged="open pathways",
        definition="While the clock runs, an attendance is coded 90, 91, 92 or 98 (no clock), or 30 to 36 (clock stopped).",
        why="Either the clock should have stopped before, or the code is wrong. Such a code closes nothing by itself.",
        do="Read the letter of that attendance: correct the status, or record the stop that is missing.",
        needs="referral_to_treatment_period_status on appointments or events",
    ),
    Flag(
        number=8, slug="identifier", name="Pathway identifier missing, unissued or shared", effect="weakens the record",
        owner=INFORMATION,
        definition="The record has no pathway identifier or no issuer, or one identifier carries two patients or two clocks "
        "at once.",
        why="Two clocks under one identifier overwrite each other; without an issuer a pathway cannot follow the patient.",
        do="Give each referral for a condition an identifier of its own, with the code of who issued it.",
        reasons=(("", "patient_pathway_identifier", "missing"),),
    ),
    Flag(
        number=9, slug="exact_duplicate", name="Exact duplicate", effect="moves the list", owner=VALIDATION,
        definition="Two pathways of the same patient have the same treatment function and the same clock start.",
        why="The patient is counted twice, and the second pathway never ends.",
        do="Merge the two registrations; close the one that has no activity as entered in error.",
        needs="nhs_number or local_patient_identifier",
        reasons=(("", "", "duplicate_row"), ("", "", "duplicate_key")),
    ),
    Flag(
        number=10, slug="possible_duplicate", name="Possible duplicate", effect="moves the list", owner=VALIDATION,
        judged="open pathways",
        definition="A patient waits on two pathways under the same reported function, and they are no exact duplicate (flag 9).",
        why="It may be one condition registered twice. It may also be two conditions, which are two pathways: do not close unread.",
        do="Read both referrals. If they are for the same condition, keep the earlier clock and close the other.",
        needs="nhs_number or local_patient_identifier",
    ),
    Flag(
        number=11, slug="treatment_function", name="Treatment function missing or seldom RTT",
        effect="moves the list", owner=INFORMATION,
        rules=("RTT-R51", "RTT-R46"),
        definition="The pathway has no treatment function, one that no list names, or one that is seldom RTT (290, 650 to "
        "655, 812).",
        why="It is reported under Other. If the service is not led by a consultant it should not be reported at all.",
        do="Enter the function of the service that sees the patient; if it is outside RTT, say so on the referral.",
    ),
    Flag(
        number=12, slug="no_next_step", name="No next step", effect="hides a risk", owner=SERVICE, mark="unsure",
        rules=("RTT-R51", "RTT-R31"), judged="open pathways",
        definition="The patient waits with no appointment, date to come in or other event ahead, and no decision to admit was made "
        "in the last {no_next_step_days} days.",
        why="Nothing will happen until somebody notices: these are the long waits to come.",
        do="Book the next step, or write down who decides it and by when.",
    ),
    Flag(
        number=13, slug="past_without_outcome", name="Past appointment or date to come in with no outcome",
        effect="moves the clock",
        owner=SERVICE,
        definition="An appointment lies behind us and nobody has said what became of it; or a date to come in has passed while the "
        "patient still stands on the list.",
        why="The patient may have been seen or treated: the clock may have stopped.",
        do="Cash up the clinic: enter attended, did not attend or cancelled, and the RTT status.",
        needs="appointments or waiting_list_entries",
        reasons=(("appointments", "attended_or_did_not_attend_code", "unknown_code"),
                 ("appointments", "appointment_date", "date_unreadable"), ("appointments", "appointment_date", "date_too_late")),
    ),
    Flag(
        number=14, slug="treatment_given", name="Treatment already given", effect="moves the clock", owner=VALIDATION,
        rules=("RTT-R51", "RTT-R21"), judged="open pathways",
        definition="While the clock runs, the patient was taken off the admission list as admitted, and no admission is on record.",
        why="The treatment most likely stopped the clock; without the spell it runs on.",
        do="Find the spell, link it to the pathway and record the stop on the day of admission.",
        needs="waiting_list_entries",
    ),
    Flag(
        number=15, slug="decision_mismatch", name="Decision to admit and list disagree",
        effect="moves the list", owner=ADMINISTRATION,
        judged="open pathways",
        definition="A decision to admit for treatment stands, and is dated before the clock, so that the row counts as not "
        "admitted; "
        "or the patient came in, the procedure was not done, and no decision to admit stands.",
        why="The pathway is in the wrong half of the list: Part 2A and the theatre list miss it.",
        do="Correct the date of the decision, take off an entry that belongs to an earlier clock, or list the patient again.",
        needs="waiting_list_entries",
        reasons=(("waiting_list_entries", "decided_to_admit_date", "missing"),),
    ),
    Flag(
        number=16, slug="planned", name="Planned date passed, or planned without a date", effect="moves the list", owner=SERVICE,
        rules=("RTT-R51", "RTT-R14"),
        judged="entries on the planned list",
        definition="A planned patient's due date has passed without treatment, or the entry has no due date at all.",
        why="From the due date a clock runs. Without a date nobody can tell, and the planned list hides a wait.",
        do="Enter the due date from the plan of care; book those overdue and report their clock.",
        needs="waiting_list_entries",
    ),
    Flag(
        number=17, slug="closed_but_open", name="Deceased or discharged, but still open",
        effect="moves the list", owner=ADMINISTRATION,
        rules=("RTT-R51", "RTT-R27"), judged="open pathways",
        definition="The patient's death is recorded, or the referral is closed, and the clock still runs.",
        why="Nobody waits any more. A letter to a patient who has died is the worst way to find out.",
        do="Stop the clock on the day of death or discharge; check the patient's other pathways too.",
        needs="referrals with discharge_date or person_death_date",
    ),
    Flag(
        number=18, slug="not_on_list", name="Slot issue or assessment referral not on the list",
        effect="moves the list", owner=E_RS,
        rules=("RTT-R51", "RTT-R03"), judged="e-RS slot issues and assessment referrals",
        definition="A referral stands on the appointment slot issue worklist, or was booked to an assessment service, and no clock "
        "covers the day on which it came.",
        why="The patient has asked to be seen, and is on no waiting list.",
        do="Reconcile with e-RS: register the referral under a pathway identifier of its own.",
        needs="referrals or events of those routes",
    ),
    Flag(
        number=19, slug="validation", name="Never validated, or not in 12 weeks", effect="hides a risk", owner=VALIDATION,
        mark="found", rules=("RTT-R51", "RTT-R50"), judged="open pathways of more than 12 weeks",
        definition="The patient has waited more than 84 days with nothing in the last 12 weeks and nothing in the next 4, and was "
        "not validated in the last 12 weeks; a date of validation that is in the future counts as none.",
        why="Patients get better, move or are treated elsewhere; an unvalidated list is longer than the real one.",
        do="Ask the patient whether the appointment is still wanted, look at the record, and enter the day.",
        needs="last_pas_validation_date",
    ),
    Flag(
        number=20, slug="priority", name="Priority missing, or its review overdue", effect="hides a risk", owner=CLINICAL,
        mark="unsure", judged="open pathways",
        definition="The pathway has no priority; or a patient listed for admission has no P code, or one whose time has "
        "passed since "
        "the decision or the last validation of the entry (P1 {p1_review_days} days, P2 {p2_review_days}, P3 {p3_review_days}, "
        "P4 {p4_review_days}).",
        why="Urgent patients are booked by priority: without one they queue by date alone.",
        do="Ask the consultant for the priority, or for the review.",
        needs="priority_type_code or procedure_priority_code",
    ),
    Flag(
        number=21, slug="start_drift", name="Start date moved", effect="moves the clock", owner=VALIDATION, judged="open pathways",
        mark="unsure",
        definition="The clock start is another day than in a list of the last {look_back_days} days.",
        why="A start that moves changes the wait without anybody treating the patient.",
        do="Find who changed the start, and why. Put it back unless a rule explains it.",
        needs="a snapshot of an earlier day",
    ),
    Flag(
        number=22, slug="pop_on", name="Appeared late, or left and came back", effect="moves the list", owner=INFORMATION,
        mark="unsure", judged="open pathways",
        definition="The pathway was missing from a list of the last {look_back_days} days on which it would already have been over "
        "18 weeks; or it was on a list, then off one, and is on again. Transfers in are left out.",
        why="Long waits that appear from nowhere were not managed. The published figures of those weeks missed them.",
        do="Ask why it was not registered, or who took it off and put it back.",
        needs="a snapshot of an earlier day",
    ),
    Flag(
        number=23, slug="default_date", name="Start looks like a default date", effect="moves the clock", owner=ADMINISTRATION,
        mark="unsure",
        definition="The clock of a referral starts on the day of the appointment itself, which was booked before it; or on a "
        "day on "
        "which {default_date_times} times as many clocks start as on a usual day, and at least {default_date_fewest}.",
        why="The day of keying, of the clinic or of the file stands where the day of receipt should: the wait is too short.",
        do="Find the day on which the referral was received, and correct the start.",
        needs="appointments, for the first half",
    ),
    Flag(
        number=24, slug="monitoring_review", name="Active monitoring not reviewed in 12 weeks",
        effect="hides a risk", owner=CLINICAL,
        rules=("RTT-R51", "RTT-R10", "RTT-R25"), mark="found", judged="pathways under active monitoring",
        definition="The clock was stopped for active monitoring, none runs, no treatment or discharge has come since, and nobody "
        "has seen the patient for more than {monitoring_review_days} days.",
        why="Monitoring without review is a waiting list that nobody counts.",
        do="Book the review, or discharge with the patient's knowledge.",
    ),
    Flag(
        number=25, slug="return_differs", name="Weekly list and monthly return differ", effect="moves the list", owner=INFORMATION,
        mark="unsure", rules=("RTT-R51", "RTT-R49"), judged="each treatment function of the latest return",
        definition="For a treatment function, the pathways on the list at the month's end, or those over 52 weeks among "
        "them, differ "
        "from the monthly return by more than {return_tolerance_per_thousand} in a thousand and by at least "
        "{return_tolerance_pathways} pathways.",
        why="Two figures for one list: one of them is wrong, or late entries have moved it.",
        do="Reconcile the function band by band, and explain the difference before the next return.",
        needs="the trust's published return",
    ),
)  # fmt: skip
assert [flag.number for flag in FLAGS] == list(range(1, 26))
BY_SLUG = {flag.slug: flag for flag in FLAGS}


def is_return_apart(ours: float, returned: float, readings: Readings) -> bool:
    """Whether two totals are further apart than tolerated (flag 25): by more than the share and by the number at least.

    >>> [is_return_apart(ours, 1000, Readings()) for ours in (1010, 1011, 989)]
    [False, True, True]
    """
    difference = abs(ours - returned)
    is_large = difference * 1000 > readings.return_tolerance_per_thousand * returned
    return is_large and difference >= readings.return_tolerance_pathways


def definition_of(flag: Flag, readings: Readings) -> str:
    """The definition with the numbers in force.

    >>> definition_of(BY_SLUG["no_next_step"], Readings()).endswith("was made in the last 14 days.")
    True
    """
    return flag.definition.format(**{field.name: getattr(readings, field.name) for field in fields(readings)})
