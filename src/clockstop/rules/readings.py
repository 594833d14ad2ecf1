"""Readings of points that the guidance leaves open: dated settings, never constants.

Each names the source that leaves it open. `settings.toml` may change them from a day on; a clock is read as at its census.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Readings:
    """The choices in force. The defaults are those of planned-care.md 1.15 and 9."""

    # RTT-R28: S3 lets a suspected-cancer (priority type 3) period run on after a first DNA; S1 does not. Off by default.
    suspected_cancer_first_dna_runs_on: bool = False
    # 1.4, last paragraph: whether a re-referral that opens a pathway's first clock is a new initial referral. Unsure; off.
    re_referral_may_be_nullified: bool = False
    # 1.15: a `later_dna` before any care activity. Reading 28 lets the clock run on; the label raises a flag.
    later_dna_without_activity_nullifies: bool = False
    # RTT-R29: S1 gives both dates for a discharge after a later DNA. Default the discharge date.
    later_dna_discharge_stops_on: str = "discharge"
    # RTT-R44: whether Part 3 of the return counts periods nullified since. S1 does not say; left out where known by submission.
    part_3_counts_nullified: bool = False
    # RTT-R51, flag 12: a decision to admit so many days old still counts as a step (RTT-R31 prompts a contact after 14). Unsure.
    no_next_step_days: int = 14
    # RTT-R51, flag 20: by when each P code is looked at again. P1 to P4 are to be treated within 3 days, 4 weeks, 12 weeks, and
    # later; nobody fixes a review of P4. Unsure.
    p1_review_days: int = 3
    p2_review_days: int = 28
    p3_review_days: int = 84
    p4_review_days: int = 182
    # RTT-R51, flags 21 and 22: how far back the lists lie with which today's is compared. Unsure.
    look_back_days: int = 35
    # RTT-R51, flag 23: how crowded a day of clock starts must be to be suspected. Unsure.
    default_date_times: int = 8
    default_date_fewest: int = 20
    # RTT-R51, flag 24: reviews under active monitoring (planned-care.md 1.5, point 6).
    monitoring_review_days: int = 84
    # RTT-R51, flag 25: how far list and return may be apart, in pathways in a thousand of the return and in pathways. Unsure.
    return_tolerance_per_thousand: int = 10
    return_tolerance_pathways: int = 10
    # planned-care.md 2.2: whether interval scanning (end reason 04) is a stop that counts in the FDS ratio. Unsure; it counts.
    fds_interval_scanning_counts: bool = True
    # planned-care.md 2.4: an all-clear told by letter; how many days after the letter's date the patient is told. Unsure; that day.
    fds_letter_days: int = 0
    # CWT-R17, last row: transfer after day 38, treated within 24 days and by day 62. Some texts share the credit half and half.
    # Unsure; the treating trust has it whole.
    late_transfer_in_time_is_shared: bool = False
    # planned-care.md 2.4: some trusts review from day 104 (>= 104) instead of from day 105 (> 104).
    cancer_backstop_from_day: int = 105
    # planned-care.md 2.4: timed milestones (told by day 28, treated by day 62); the days between are local practice. Unsure.
    cancer_days_to_seen: int = 14
    cancer_days_to_tests: int = 7
    cancer_days_to_told: int = 7
    cancer_days_to_decision: int = 3
    cancer_days_to_treatment: int = 31
    # DM-R03: known practice; whether guidance since 2015 changed the resets is unsure (9).
    diagnostic_dna_resets: bool = True
    diagnostic_patient_cancellation_resets: bool = True
    # DM-R03: a cancellation ahead of the appointment restarts the wait from the day of the "appointment" (0 days until then) or
    # from that of the "cancellation". Unsure (3.2, edge cases).
    diagnostic_cancellation_restarts_on: str = "appointment"
    # DM-R04: three weeks' notice make an offered date reasonable.
    diagnostic_notice_days: int = 21
    # DM-R07: a test that was abandoned or inadequate and is repeated keeps its clock. Unsure.
    diagnostic_abandoned_keeps_clock: bool = True
    # TH-R01, R02: whether cases in one theatre at once count once. Capped counts the union, and the sum is held beside it; which of
    # the two the national system uses is unsure (planned-care.md 7.2 and 9).
    theatre_capped_overlaps_count_once: bool = True
    theatre_uncapped_overlaps_count_once: bool = False
    # 7.2: which timestamps start and end touch time, the first that is there; the national fallback list is not published. Unsure.
    theatre_touch_starts: str = "anaesthetic_start_at into_theatre_at knife_to_skin_at"
    theatre_touch_ends: str = "out_of_theatre_at into_recovery_at closure_at"
    # 7.2, edge cases: an emergency case on an elective list is left out of touch time and of cases. Unsure.
    theatre_emergency_cases_count: bool = False
    # 7.2, edge cases: planned times that were changed on or after the day are read as they stood before. Unsure.
    theatre_original_plan_counts: bool = True
    # 7.2, edge cases: how far apart two sessions of one team in one theatre may lie and still be one all-day list. Unsure.
    theatre_halves_apart_minutes: int = 90
    # 7.2, booking fill: the time between two cases that a booking allows for. No national figure. Unsure.
    theatre_turnaround_minutes: int = 15
    # OP-R16: the working days in which an outcome is to be recorded. The last of them is still in time. Known.
    outcome_working_days: int = 5
    # OP-R10: how long after advice a referral counts as following it. The rule says N days; three months are ours. Unsure.
    advice_diversion_days: int = 90
    # OP-R13: the hour at which a room's afternoon begins, for the heat map. Ours.
    afternoon_from_hour: int = 13
    # operations.md 2.2: whose midnights are no inpatient's (patient classification): day cases and regular day attenders. Known.
    census_leaves_out_classifications: str = "2 3"
    # 2.2 and 9: whether a patient on home leave holds no bed at midnight. Unsure.
    census_leaves_out_home_leave: bool = True
    # 2.2: a newborn (2C, 82, 83) on a maternity ward of whom nobody says whether it is well. Unsure; a well baby.
    births_on_maternity_are_well: bool = True
    # 2.7: a midnight between two ward stays of one spell counts on the ward before; else on no ward. Unsure.
    gap_night_counts_on_ward_before: bool = True
    # 2.7: a midnight in theatre, lounge or transport counts on the ward before; else on that place, which has no beds. Unsure.
    pseudo_ward_night_counts_on_ward_before: bool = False
    # 2.2: how old a ward's bed state may be at midnight and still say which beds are open; else the bed base does. Unsure.
    bed_state_hours: int = 24
    # 2.2: escalation beds of a ward without a bed state are open while somebody lies in them; else they are all open. Unsure.
    escalation_beds_open_in_use: bool = True
    # 2.4: from which hour and until which hour a move between wards is out of hours. The 22 is known, the 7 is not.
    move_late_from_hour: int = 22
    move_late_until_hour: int = 7
    # 2.4: how many moves of one spell are many. Known.
    many_ward_moves: int = 3
    # 2.4: a patient in a side room for isolation is no outlier, where that is agreed. Local; not agreed.
    isolation_is_no_outlier: bool = False
    # 2.1: from which birthday on a patient counts as an adult. Some trusts take 16. Unsure.
    adult_from_years: int = 18
    # 2.6, FLO-19: after how many minutes a patient who is ready to leave critical care is delayed. Known.
    critical_care_delay_minutes: int = 240
    # FLO-18: the words that tell that a bed was wanting, in why an operation was cancelled. Local.
    bed_cancellation_words: str = "bed"
    # operations.md 2.4: the last day after the discharge on which a readmission counts. 0 to 29 is known; contracts with 28 or 30
    # days, both ends in, exist.
    readmission_last_day: int = 29
    # The validation desk: the seconds that a check takes, then flags that take another time. Ours, until the desk's own are enough.
    validation_seconds: str = "60 possible_duplicate=120 exact_duplicate=90 closed_but_open=40 treatment_given=75 validation=90"
    # 2.4: "only the next admission after the index counts"; whether a day case in between is that admission. Unsure; it is.
    readmission_day_case_is_next: bool = True
    # 2.3: going to the lounge frees the bed and is not the discharge. Some trusts count it as the departure. Off by default.
    discharge_lounge_is_departure: bool = False
    # 2.4: a step down to a virtual ward ends the stay in a bed and not the spell; the delay after the ready date ends too. Unsure.
    step_down_ends_delay: bool = True
    # 2.3, SAFER: within how many hours of admission an expected date of discharge is to be set, and how far it may be out. Known.
    expected_date_hours: int = 24
    expected_date_days_out: int = 1
    # operations.md 1.2: an attendance counts on the local date of its clock start ("arrival") or of its departure ("departure").
    # Which one the return asks for is unsure.
    ed_reporting_date: str = "arrival"
    # 1.6: which record of a visit that was streamed on one site gives its department type: the "first", the "last" (where the
    # patient was treated) or the "highest" (type 1 before 3). Unsure.
    ed_streamed_type: str = "last"
    # 1.6: an attendance without a departure is closed as a fault of the data so many hours after its start.
    ed_open_hours: int = 24
    # 1.2: an assessment so many hours before the registration is not that of this visit. Ours.
    ed_early_assessment_hours: int = 12
    # 1.2: whether a move on paper to another unit, while the patient stays, stops the clock. The local boundary is unsure.
    ed_virtual_move_stops_clock: bool = False
    # 1.2: whether a patient brought by an ambulance that no record tells of has the quarter of an hour before the clock starts. The
    # time of arrival that such a patient is given is as a rule that of the handover. Unsure.
    ed_unknown_ambulance_has_quarter_hour: bool = False
    # 1.3: the department types whose attendances the 12-hour measure from arrival counts.
    ed_twelve_hour_types: str = "01 02"
    # 1.5, UEC-03: below which age at arrival a patient is a child. Children's departments mostly see those under 16; some count
    # those under 18. Unsure.
    ed_child_below_age: int = 16
    # 1.5, UEC-11: within how many days of leaving a return counts as a re-attendance.
    ed_reattendance_days: int = 7
    # 1.5, UEC-17: for how long a picture of the department counts where no other follows (they come every 5 to 15 minutes). Ours.
    ed_state_longest_minutes: int = 60
    # How many minutes a board of now may be old before it says that it is stale. No national figure: two missed extracts of a
    # quarter of an hour each. Ours.
    board_stale_minutes: int = 30
    # How many days the newest extract of a dataset may end before the day of the page before that is said: a long weekend. Ours.
    extract_stale_days: int = 3
    # operations.md 6.8, kite mark of a measure and month. Nobody publishes thresholds; all of these are ours, and unsure.
    # Within how many days of the month's end its data are to be known: about the 12 working days of the monthly returns.
    kite_on_time_days: int = 18
    # How many rows in a thousand a dataset's loads may refuse, and how many records in a thousand may fail a rule, for "met";
    # `kite_partly_times` as many are still "partly met".
    kite_refused_per_thousand: int = 10
    kite_failed_per_thousand: int = 20
    kite_partly_times: int = 3
    # A rule that judged fewer records of a month than these says nothing of it.
    kite_fewest_judged: int = 20
    # How many months an audit of the records behind a measure speaks for.
    kite_audit_months: int = 12
    # The standard as a range (docs/standard-range.md). In how many of a hundred cases the interval is to hold the truth, from how
    # many draws, by which seed. Ours.
    range_level_percent: int = 90
    range_draws: int = 2000
    range_seed: int = 1
    # For how long the checks of a drawn sample speak of today's list, and how many make a flag's rate its own. Ours; no rule says.
    range_sample_days: int = 182
    range_least_checked: int = 10
    # What is held of a flag before anybody has checked, in hundredths of a check: found wrong, found right (Jeffreys: half and
    # half); of starts that moved; and of clocks under no flag. Ours.
    range_prior_removed_hundredths: int = 50
    range_prior_kept_hundredths: int = 50
    range_prior_moved_hundredths: int = 10
    range_prior_unmoved_hundredths: int = 190
    range_prior_unflagged_wrong_hundredths: int = 5
    range_prior_unflagged_right_hundredths: int = 495
    # The day from which these choices hold. The default is the day of the guidance, v5.0 (S1).
    holds_from: date = date(2025, 2, 11)


def in_force(choices: Sequence[Readings], on: date) -> Readings:
    """The readings that hold on a day: the latest that began by then, the defaults where none has.

    >>> later = Readings(holds_from=date(2026, 4, 1), re_referral_may_be_nullified=True)
    >>> in_force([later], date(2026, 3, 31)).re_referral_may_be_nullified
    False
    """
    begun = [choice for choice in choices if choice.holds_from <= on]
    return max(begun, key=lambda choice: choice.holds_from, default=Readings())
