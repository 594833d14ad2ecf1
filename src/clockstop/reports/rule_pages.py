"""The pages of docs/rules/, written from the rules themselves so that they cannot fall behind them."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields

from clockstop.insight.worked_cases import KINDS
from clockstop.rules import (
    beds_sentences,
    discharge_sentences,
    emergency_sentences,
    outpatient_sentences,
    rtt,
    rtt_bands,
    rule_sentences,
    theatre_sentences,
    treatment_functions,
)
from clockstop.rules.readings import Readings
from clockstop.rules.rule import Rule
from clockstop.rules.treatment_function_names import treatment_function_name

NOTICE = "<!-- Written by `clockstop docs`; change the rule, not this page. -->"

# What each setting of rules/readings.py chooses between.
READING_SENTENCES = {
    "suspected_cancer_first_dna_runs_on":
        "Whether the wait of a suspected cancer runs on after a missed first appointment (RTT-R28; S3 says so, S1 does not).",
    "re_referral_may_be_nullified":
        "Whether a re-referral that opens a pathway is a new initial referral, which a missed first appointment nullifies.",
    "later_dna_without_activity_nullifies":
        "Whether an appointment recorded as a later one, but missed before any care, nullifies like a first one (RTT-1.15-28).",
    "later_dna_discharge_stops_on":
        "Whether a discharge after a missed later appointment stops the wait on the day of `discharge` or of `dna` (RTT-R29).",
    "part_3_counts_nullified":
        "Whether Part 3 of the monthly return counts periods that have been nullified since (RTT-R44; S1 does not say).",
    "no_next_step_days": "For how many days a decision to admit counts as a next step (RTT-R51, flag 12).",
    "p1_review_days": "After how many days a P1 is looked at again (RTT-R51, flag 20).",
    "p2_review_days": "After how many days a P2 is looked at again (RTT-R51, flag 20).",
    "p3_review_days": "After how many days a P3 is looked at again (RTT-R51, flag 20).",
    "p4_review_days": "After how many days a P4 is looked at again (RTT-R51, flag 20).",
    "look_back_days": "How old the lists are with which today's is compared (RTT-R51, flags 21 and 22).",
    "default_date_times": "How many times the usual number of clock starts makes a day suspect (RTT-R51, flag 23).",
    "default_date_fewest": "The fewest clock starts on such a day (RTT-R51, flag 23).",
    "monitoring_review_days": "After how many days active monitoring is reviewed (RTT-R51, flag 24).",
    "return_tolerance_per_thousand": "How far list and return may be apart, in a thousand of the return (RTT-R51, flag 25).",
    "return_tolerance_pathways": "How far list and return may be apart, in pathways (RTT-R51, flag 25).",
    "diagnostic_dna_resets": "Whether a missed appointment restarts the wait for a test (DM-R03).",
    "diagnostic_patient_cancellation_resets": "Whether a cancellation by the patient restarts the wait for a test (DM-R03).",
    "diagnostic_cancellation_restarts_on":
        "Whether a cancellation ahead restarts the wait on the day of the `appointment`, at 0 days until then, or on that of the "
        "`cancellation` (DM-R03).",
    "diagnostic_notice_days": "How many days' notice make an offered date reasonable (DM-R04).",
    "diagnostic_abandoned_keeps_clock": "Whether a test that was abandoned and is repeated keeps its wait (DM-R07).",
    "theatre_capped_overlaps_count_once":
        "Whether two cases in one theatre at once count once in capped utilisation (TH-R01); the sum is held beside it.",
    "theatre_uncapped_overlaps_count_once": "Whether they count once in uncapped utilisation too (TH-R02).",
    "theatre_touch_starts": "Which timestamps start touch time, the first that is there.",
    "theatre_touch_ends": "Which timestamps end touch time, the first that is there.",
    "theatre_emergency_cases_count": "Whether an emergency case on an elective list counts in its touch time and cases.",
    "theatre_original_plan_counts": "Whether planned times changed on or after the day are read as they stood before.",
    "theatre_halves_apart_minutes": "How many minutes two sessions may lie apart and still be the halves of one all-day list.",
    "theatre_turnaround_minutes": "The minutes between two cases that a booking allows for.",
    "fds_interval_scanning_counts": "Whether interval scanning (end reason 04) is a stop that counts in the 28 days (CWT-R07).",
    "fds_letter_days": "How many days after the date of a letter the patient is told (CWT-R07).",
    "late_transfer_in_time_is_shared":
        "Whether a patient transferred after day 38 and still treated in time is shared half and half (CWT-R17, last row).",
    "cancer_backstop_from_day": "The first day that is beyond the 104-day backstop: 105, or 104 where a trust reviews from it.",
    "cancer_days_to_seen": "The days allowed from the referral to first seen.",
    "cancer_days_to_tests": "The days allowed from first seen to the end of the tests.",
    "cancer_days_to_told": "The days allowed from the end of the tests to telling the patient.",
    "cancer_days_to_decision": "The days allowed from telling the patient to the decision to treat.",
    "cancer_days_to_treatment": "The days allowed from the decision to treat to the first treatment.",
    "outcome_working_days": "In how many working days the outcome of an appointment is to be recorded (OP-R16).",
    "advice_diversion_days": "For how many days after advice a referral counts as following it (OP-R10).",
    "ed_reporting_date": "Whether an attendance counts on the day of its `arrival` (clock start) or `departure` (UEC-1.2-DATE).",
    "ed_streamed_type":
        "Which record of a visit that was streamed gives its department type: `first`, `last` or `highest` (UEC-1.6-STREAMED).",
    "ed_open_hours":
        "After how many hours an attendance or a handover with no end is closed as a fault (UEC-1.6-NO-DEPARTURE).",
    "ed_early_assessment_hours":
        "How many hours before the registration an assessment may lie and be of this visit (UEC-1.2-START).",
    "ed_virtual_move_stops_clock": "Whether a move on paper stops the clock though the patient stays (UEC-1.2-VIRTUAL).",
    "ed_unknown_ambulance_has_quarter_hour":
        "Whether somebody brought by an ambulance of which nothing is known has 15 minutes before the clock (UEC-1.2-AMBULANCE).",
    "ed_twelve_hour_types": "The department types that the 12-hour measure from arrival counts (UEC-04).",
    "ed_child_below_age": "Below which age on arrival a patient is a child (UEC-03).",
    "ed_reattendance_days": "Within how many days of leaving a return is a re-attendance (UEC-11).",
    "ed_state_longest_minutes": "For how many minutes a picture of the department stands where no other follows (UEC-17).",
    "validation_seconds":
        "The seconds that a check at the validation desk takes, then flags that take another time, until its own are enough.",
    "readmission_last_day": "The last day after a discharge on which an emergency admission is a readmission (FLO-15).",
    "readmission_day_case_is_next": "Whether a day case after a discharge is the next admission that is looked at (FLO-2.4-INDEX).",
    "discharge_lounge_is_departure": "Whether the way into the lounge counts as the departure from the ward (FLO-2.3-LOUNGE).",
    "step_down_ends_delay": "Whether a step down to a virtual ward ends the delay after the ready date (FLO-05).",
    "expected_date_hours": "Within how many hours of admission an expected date of discharge is to be set (FLO-11).",
    "expected_date_days_out": "How many days an expected date of discharge may be out and still be right (FLO-11).",
    "afternoon_from_hour": "The hour at which a room's afternoon begins (OP-R13).",
    "census_leaves_out_classifications": "Whose midnights are no inpatient's: patient classifications (FLO-2.2-CENSUS).",
    "census_leaves_out_home_leave": "Whether a patient on home leave holds no bed at midnight (FLO-2.2-CENSUS).",
    "births_on_maternity_are_well": "Whether a newborn on a maternity ward is a well baby where nobody says (FLO-2.2-CENSUS).",
    "gap_night_counts_on_ward_before": "Whether a midnight between two ward stays counts on the ward before (FLO-2.7-GAP).",
    "pseudo_ward_night_counts_on_ward_before":
        "Whether a midnight in theatre, discharge lounge or transport counts on the ward before (FLO-2.7-PSEUDO).",
    "bed_state_hours": "How many hours old a bed state may be at midnight and still say which beds are open (FLO-2.2-OPEN).",
    "escalation_beds_open_in_use":
        "Whether the escalation beds of a ward without a bed state are open only while they are in use (FLO-2.2-OPEN).",
    "move_late_from_hour": "The hour from which a move between wards is out of hours (FLO-2.4-MOVES).",
    "move_late_until_hour": "The hour until which it is (FLO-2.4-MOVES).",
    "many_ward_moves": "How many moves between wards in one spell are many (FLO-2.4-MOVES).",
    "isolation_is_no_outlier": "Whether a patient in isolation is no outlier (FLO-2.4-OUTLIER).",
    "adult_from_years": "From which birthday on a patient counts as an adult.",
    "critical_care_delay_minutes": "After how many minutes a patient ready to leave critical care is delayed (FLO-19).",
    "bed_cancellation_words": "The words that tell that a bed was wanting, in why an operation was cancelled (FLO-18).",
    "board_stale_minutes": "How many minutes old a board of now may be before it says that it is stale.",
    "extract_stale_days": "How many days before a page's day the newest extract behind it may end before the page says so.",
    "kite_on_time_days": "Within how many days of its end a month's data are to be known, for a kite mark.",
    "kite_refused_per_thousand": "How many rows in a thousand the loads behind a measure may refuse, for a kite mark.",
    "kite_failed_per_thousand": "How many records in a thousand may fail a rule of data quality, for a kite mark.",
    "kite_partly_times": "How many times as many, or as late, still meet a kite mark's question in part.",
    "kite_fewest_judged": "Of fewer records than these a rule says nothing in a kite mark.",
    "kite_audit_months": "For how many months an audit of the records behind a measure speaks.",
    "range_level_percent": "In how many of a hundred cases the interval of a standard is to hold the truth.",
    "range_draws": "How many times the list is drawn for that interval.",
    "range_seed": "The seed of those draws: the same list and checks give the same interval.",
    "range_sample_days": "For how many days the checks of a drawn sample speak of today's list.",
    "range_least_checked": "How many checks make the rate of a flag in a trust its own.",
    "range_prior_removed_hundredths": "What is held of a flag before anybody has checked: hundredths of a check found wrong.",
    "range_prior_kept_hundredths": "The same, found right.",
    "range_prior_moved_hundredths": "The same of starts: hundredths of a check that moved one.",
    "range_prior_unmoved_hundredths": "The same, that left it.",
    "range_prior_unflagged_wrong_hundredths": "The same of clocks under no flag: found wrong.",
    "range_prior_unflagged_right_hundredths": "The same, found right.",
    "holds_from": "The day from which the choices hold.",
}  # fmt: skip


def pages() -> dict[str, str]:
    """The text of each generated page by its path under docs/."""
    from clockstop.reports.cancer_rule_page import cancer_page
    from clockstop.reports.diagnostic_rule_page import diagnostics_page

    return {
        "rules/rtt.md": rtt_page(),
        "rules/cancer.md": cancer_page(),
        "rules/diagnostics.md": diagnostics_page(),
        "rules/emergency.md": sentences_page("Emergency department", emergency_sentences.RULES),
        "rules/outpatients.md": sentences_page("Outpatients and rooms", outpatient_sentences.RULES),
        "rules/theatres.md": sentences_page("Operating theatres", theatre_sentences.RULES),
        "rules/beds.md": sentences_page("Beds", beds_sentences.RULES),
        "rules/discharge.md": sentences_page("Discharge", discharge_sentences.RULES),
        "rules/cases.md": cases_page(),
    }


def rtt_page() -> str:
    """All that Clockstop holds of the RTT rules: sentences, readings, the transition table, bands and functions."""
    sections: dict[str, Callable[[], str]] = {
        "The rules in sentences": _sentences,
        "Settings for what the guidance leaves open": _readings,
        "The transition table": _transition_table,
        "Flags that the clock raises": _flags,
        "Bands and thresholds": _bands,
        "Treatment functions": _functions,
    }
    parts = [NOTICE, "# Referral to treatment", (rtt.__doc__ or "").split("\n\n", 1)[1].strip()]
    parts += [f"## {title}\n\n{written()}" for title, written in sections.items()]
    return "\n\n".join(parts) + "\n"


def sentences_page(title: str, rules: Mapping[str, Rule]) -> str:
    """The rules of a family that has no clock: what each says, and its source."""
    settings = "What the guidance leaves open is chosen by [the settings](rtt.md#settings-for-what-the-guidance-leaves-open)."
    rows = [(rule.id, rule.sentence, rule.source) for rule in rules.values()]
    return "\n\n".join([NOTICE, f"# {title}", settings, table(("Rule", "What it says", "Source"), rows)]) + "\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = [[str(cell).replace("|", "\\|") for cell in row] for row in (headings, ["---"] * len(headings), *rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _sentences() -> str:
    rows = [(rule.id, rule.sentence, rule.source) for rule in rule_sentences.RULES.values() if rule.id.startswith("RTT-")]
    return table(("Rule", "What it says", "Source"), rows)


def _readings() -> str:
    defaults = Readings()
    rows = [(f"`{field.name}`", getattr(defaults, field.name), READING_SENTENCES[field.name]) for field in fields(Readings)]
    memberships = [
        (row.code, treatment_function_name(row.code), row.reported_as, row.holds_from, row.why)
        for row in treatment_functions.UNSETTLED_MEMBERSHIPS
    ]
    return "\n\n".join([
        "They stand under `[readings]` in `settings.toml`.",
        table(("Setting", "Default", "What it chooses"), rows),
        "Two functions are placed differently by the sources; they are dated rows of `rules/treatment_functions.py`.",
        table(("Function", "Title", "Reported as", "From", "Why"), memberships),
    ])  # fmt: skip


def _transition_table() -> str:
    clock = rtt.rtt_clock
    cells = len(clock.turns)
    drawn = "\n".join(line.strip() for line in clock.table.strip().splitlines())
    states = [(f"`{state}`", meaning) for state, meaning in rtt.STATES.items()]
    refined = [(f"`{one.event}`", one.when, f"`{one.becomes}`") for one in clock.refinements]
    return "\n\n".join([
        f"The table is total: each of {len(clock.states)} states meets each of {len(clock.events)} events once, {cells} cells "
        "in all. Within a day starts come first, then what continues, then stops; names in capitals stand for several.",
        table(("State", "Meaning"), states),
        f"```\n{drawn}\n```",
        "### Names in capitals",
        table(("Name", "Stands for"), _groups({**clock.state_groups, **clock.event_groups})),
        "### What the history makes of an event",
        table(("Event", "Where", "Is read as"), refined),
    ])  # fmt: skip


def _groups(groups: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(f"`{name}`", ", ".join(f"`{member}`" for member in members)) for name, members in groups.items()]


def _flags() -> str:
    return table(("Flag", "What to look at"), [(f"`{flag}`", meaning) for flag, meaning in rtt.FLAGS.items()])


def _bands() -> str:
    edges = (0, 7, 8, 14, 120, 126, 127, 364, 365, 455, 456, 546, 547, 728, 729)
    numbers = [(days, rtt_bands.band(days)) for days in edges]
    rows = [(days, rtt_bands.band_label(number), rtt_bands.published_column(number)) for days, number in numbers]
    over = ", ".join(f"{weeks} weeks: {weeks * rtt_bands.DAYS_IN_WEEK + 1} days" for weeks in rtt_bands.LONG_WAIT_WEEKS)
    text = f"Within 18 weeks is 126 days or fewer. The first day that is over: {over}. Weeks are rounded up, never down."
    return f"{text}\n\n{table(('Days', 'Band', 'Published column'), rows)}"


def _functions() -> str:
    members: dict[str, list[str]] = {function: [] for function in treatment_functions.REPORTED_FUNCTIONS}
    for code, function in sorted(treatment_functions.roll_up().items()):
        members[function].append(code)
    rows = [(function, title, " ".join(members[function])) for function, title in treatment_functions.REPORTED_FUNCTIONS.items()]
    return table(("Reported as", "Title", "Treatment functions"), rows)


def cases_page() -> str:
    """Which worked cases can be run, and the inputs of each kind."""
    parts = [
        NOTICE,
        "# Worked cases",
        "`clockstop cases FILE... [--only NAME,...]` runs the worked cases of a YAML file and says of each whether it passes, "
        "fails or is not supported. The exit code is 0 only where every case passed. A case is "
        "`{id, title, kind (or calc), inputs, expected}`; only the listed keys of `expected` are compared. Dates may be quoted or "
        "not, codes may be numbers or text.",
        *(f"## {name}\n\n{inspect.getdoc(function)}" for name, function in KINDS.items()),
    ]
    return "\n\n".join(parts) + "\n"
