"""What the columns of facts mean, those that rules work out: by the words below, else by the grammar of the name.

A column that a contract declares has its meaning there; this file has none of those.
"""

_WORDS = """
trust | the trust's ODS code
nhs_number_pseudonym | a keyed hash of the NHS number, the same wherever the person comes
source_load | the load from which the row came
source_row | the row of that load's file
source_dataset | the dataset from which the row came
clock_event | the event as the clock's table reads it
first_of_pathway | the pathway, on its first event only
period_number | the place of the clock among those of its key, from 1
start_date | the day from which the wait counts
end_date | the day on which it ended; empty while it runs
end_status | how it ended
days_waited | days from start to end, or to the census while it runs
start_rule | the rule by which the clock started
end_rule | the rule by which it ended
ended_by_admission | whether an admission ended it
responsibility_passed_date | the day on which it passed to another trust
flags | names of what is odd about it, parted by commas
tci_date | the date to come in
breach_date | the last day that is within the standard, or the first that is not where the standard says so
days_to_breach | days from the as-of day to the breach date; negative when it is past
clock | which of the fact's clocks it is
standard | the national standard that it is counted by
gross_days | days from start to end without deductions
adjustment_days | days deducted
stage | how far the pathway has come
band | the band of its wait
band_label | the band of its wait, in words
role | the trust's part in a shared pathway
treated_share | the part of the treatment that counts for this trust: 1, a half or 0
breach_share | the part of the breach that counts for this trust
within_share | the part within the standard that counts for this trust
reported_type | the type of cancer under which it is published
transfer_day | the day of the pathway on which it was transferred
transfer_to_treatment | days from the transfer to the treatment
received_here_date | the day on which this trust took it over
told_date | the day on which the person was told
told_reason | what ended the 28 days
team_date | the day of the multidisciplinary team's discussion
marks | names of what is odd about the record
step | which step of the pathway
days | days of the step
days_allowed | days that the best-practice pathway gives the step
days_lost | days beyond those allowed
breach_of | the standard that is breached next
fds_breach_date | the last day within 28 days
d31_breach_date | the last day within 31 days
d62_breach_date | the last day within 62 days
review_date | from which day the pathway is due for review
expected_step | the step that should come next
restart_date | the day from which an event restarts the wait
diagnostic_wait_identifier | the request under whose number the wait runs
wait_number | the place of the wait among those of its request
reset_by | what made the wait begin anew
ended_by | what ended the wait
listed_date | the day from which it stands on the list
last_day_within | the last day within the standard
days_left | days until the last day within
days_overdue | days past the day on which it was due
exclusion | why the national return leaves it out
done_date | the day on which the test was done
activity_kind | waiting list, planned or unscheduled
attended_as | first or follow-up, as it was attended
notice_days | days between the cancellation and the day itself
template_slots | slots of the clinic's template
slots_available | slots of the session that were not blocked
slots_free | slots with nobody booked
why_over_full | why more are booked than there are slots
asked_for_date | the day for which it was asked
lapsed_booking_date | the day of a booking that passed without an attendance
risk_order | the order of the risk categories
used_minutes | minutes in which the room was in use
open_minutes | minutes in which the room was open
closed_minutes | minutes in which it was closed
touch_start_at | when the case began to be touched: anaesthetic, else the next step that is known
touch_end_at | when it ended: out of theatre, else the step before that is known
touch_minutes | minutes from the touch start to the touch end
timing_flags | names of what is wrong with the case's times
planned_minutes | minutes that the session is planned for
performed_cases | cases that were operated
counted_cases | cases that count towards touch time
touch_sum_minutes | touch minutes of the cases added up
touch_union_minutes | minutes in which any case was touched, each counted once
capped_minutes | touch minutes within the planned session (capped utilisation)
uncapped_minutes | touch minutes, beyond the planned end too
run_minutes | planned minutes of sessions that ran
gap_minutes | minutes between cases
late_start_minutes | minutes from the planned start to the first case
early_finish_minutes | minutes from the last case to the planned end
overrun_minutes | minutes of the last case beyond the planned end
dropped_because | why a session is not counted
high_volume | the high-volume procedure, where every case is one
best_practice_cases | cases that best practice expects in such a session
typical_minutes | minutes that a case of the service usually takes
fits_cases | how many more typical cases would fit
lock | the last planning lock that passed: 6, 4 or 2 weeks
free_minutes | planned minutes with nothing booked
nights | nights in hospital
planned_pounds | what the plan is worth, in pounds
actual_activity | activity that was done
variance | activity done less activity planned
clock_start_at | when the emergency clock started
clock_end_at | when it stopped
decision_minute | when the decision to admit was taken, in minutes of Greenwich's time
reporting_date | the day by which it is counted
minutes_in_department | minutes from clock start to clock stop, or to now
minutes_from_decision | minutes from the decision to admit to departure, or to now
records | records of the same attendance
departure_hour | the local hour of departure
complaint | the chief complaint
destination | where the patient went
handover_minutes | minutes from the ambulance's arrival to the completed handover
minutes_lost_over_15 | minutes of the handover beyond 15
minutes_lost_over_45 | minutes of the handover beyond 45
minutes_to_clear | minutes from handover to the ambulance being clear
response_minutes | minutes from the request to the specialty's assessment
patient_minutes | patients in the area times the minutes for which they were there
temporary_patients | patients in places that are no proper place of care
specialty_asked | the specialty that was asked
minutes_so_far | minutes in the department so far
minutes_to_4_hours | minutes left to four hours; negative when past
minutes_to_12_hours | minutes left to twelve hours; negative when past
admitting_service | the service for which a bed is wanted
at | the instant, London's local time, that the state shows
stepped_down_at | when care passed to a virtual ward
bed_ended_at | when the bed was left
carried_from_date | from which night a stay without an end is carried on
carried_until_date | until which night it is carried on
previous_ward_code | the ward before
move_number | the place of the move within the spell
minutes_ready | minutes in which the patient was ready to leave the ward
occupied | beds with a patient at midnight
available | beds open at midnight
core_available | beds open at midnight without those of escalation
counted_occupied | patients counted in beds, as the ward's own count says
los_7_plus | patients of 7 days or more
los_14_plus | patients of 14 days or more
los_21_plus | patients of 21 days or more
outliers | patients in a ward that is not their service's
boarded | patients more than there are beds
on_leave | patients on home leave
no_criteria | patients who do not meet the criteria to reside
criteria_judged | patients of whom it was judged whether they meet the criteria to reside
non_elective | admissions that are neither elective nor births
balance | admissions less discharges
non_elective_planned_for | non-elective admissions on days that have a plan
bed_fault_identifier | the spell or stay at fault
changes_census | whether the fault may change a midnight's count
gone_date | the day of discharge
left_ward_at | when the patient left the ward
bed_released_at | when the bed was free
ready_recorded_at | when the ready date was written down
standing_date | the ready date that stands
delay_days | days from the ready date to the discharge
why_unmeasured | why the delay cannot be measured
days_from_expected | days from the expected to the actual discharge
next_admission_date | the day of the next admission of the same person
readmission_spell_identifier | the spell that is the readmission
stands | whether the entry holds: none later replaced or withdrew it
midnight_ward_code | the ward at midnight
judged_date | the day on which the criteria to reside were last judged
can_go_home | whether the patient is ready, or meets no criteria to reside
round_ward_code | the ward of the board round
waits_for | what the patient waits for
standing | how sure the discharge is
gap | beds that will be wanted less beds that will be free
in_lounge | patients in the discharge lounge
"""
WORDS = dict(line.split(" | ", 1) for line in _WORDS.strip().splitlines())


def words_of(column: str) -> str:
    """What a column that rules work out means.

    >>> words_of("nights"), words_of("is_day_case"), words_of("has_room"), words_of("done_minutes")
    ('nights in hospital', 'whether it is day case', 'whether it has room', 'done minutes')
    >>> words_of("arrival_minute")
    "arrival, in minutes of Greenwich's time"
    """
    if column in WORDS:
        return WORDS[column]
    plain = column.replace("_", " ")
    if column.endswith("_offset_minutes"):
        return f"minutes by which London was ahead of Greenwich at {plain.removesuffix(' offset minutes')}"
    for start, said in (("is_", "whether it is"), ("has_", "whether it has")):
        if column.startswith(start):
            return f"{said} {plain[len(start) :]}"
    endings = (
        ("_minute", "{}, in minutes of Greenwich's time"),
        ("_at", "when: {}"),
        ("_date", "the day: {}"),
        ("_identifier", "the {}"),
    )
    for end, said in endings:
        if column.endswith(end):
            return said.format(plain[: -len(end)])
    return plain
