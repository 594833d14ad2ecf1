"""One pathway explained, found by its numbers, and read out."""

from datetime import date

import pytest

from clockstop.answers import pathways
from clockstop.answers.pathways import BOOKING_TITLES, Booking, Clock
from clockstop.answers.words_for_callers import summary_of
from clockstop.errors import UnknownName

NHS_NUMBER = "9434765919"


def test_the_pathway_has_its_turns_its_clock_and_what_is_booked(desk, manager):
    found = pathways.pathway(manager, desk, "QQA", "soon")
    assert [(turn.event_type, turn.rule, turn.days_waited) for turn in found.turns] == [
        ("referral_received", "RTT-R01", 0),
        ("attend", "RTT-1.15-21", 70),
    ]
    assert all(turn.sentence for turn in found.turns)
    assert (found.open_clock.days_waited, found.open_clock.breach_date) == (120, date(2026, 11, 21))
    assert [(booking.event_title, booking.event_date) for booking in found.bookings] == [("To come in (TCI)", date(2026, 11, 24))]
    assert (found.local_patient_identifier, found.service_title, found.priority) == ("Hsoon", "General Surgery", "Routine")
    assert "The wait began on 18 July 2026 and has lasted 17 weeks and 1 day so far." in found.summary


@pytest.mark.parametrize("number", ["nobody", "\0", "soon\0"])
def test_a_pathway_that_is_not_there_is_unknown(number, desk, manager):
    with pytest.raises(UnknownName):
        pathways.pathway(manager, desk, "QQA", number)


@pytest.mark.parametrize(("text", "number"), [("soon", 1), (" SOON ", 1), ("hsoon", 1), ("so", 0), ("", 0), ("9434765919", 0)])
def test_a_number_is_found_whole_or_not_at_all(desk, manager, text, number):
    found = pathways.find(manager, desk, text)
    assert [hit.patient_pathway_identifier for hit in found] == ["soon"] * number


def test_an_nhs_number_is_found_by_its_pseudonym_however_it_is_spaced(desk, manager, two_snapshots):
    from clockstop.intake.pseudonyms import pseudonym

    wanted = pseudonym(two_snapshots, NHS_NUMBER)
    engine_table = desk.table("rtt_waits")
    hashed = (engine_table.patient_pathway_identifier == "fresh").ifelse(wanted, engine_table.nhs_number_pseudonym)
    desk._engine().keep("rtt_waits", engine_table.mutate(nhs_number_pseudonym=hashed))
    for text in (NHS_NUMBER, "943 476 5919"):
        assert [hit.patient_pathway_identifier for hit in pathways.find(manager, desk, text)] == ["fresh"]


def running(start, **more):
    about = {"period_number": 1, "start_date": start, "end_date": None, "end_status": "", "is_nullified": False}
    about |= {"days_waited": 1, "breach_date": date(2026, 11, 15)}
    about |= {"start_rule": "", "end_rule": "", "start_sentence": "", "end_sentence": ""}
    return Clock(**about | more)


def test_the_words_say_where_the_wait_stands():
    on_the_day = summary_of([running(date(2026, 7, 12))], [], date(2026, 11, 15))
    assert "18 weeks are reached on 15 November 2026, today." in on_the_day
    assert on_the_day[-1] == "Nothing is booked yet."
    past = summary_of([running(date(2026, 7, 1))], [Booking("tci", BOOKING_TITLES["tci"], date(2026, 12, 1))], date(2026, 11, 16))
    assert "18 weeks were reached on 15 November 2026." in past
    assert past[-1] == "Next: to come in on 1 December 2026."


def test_the_words_of_a_pathway_that_no_longer_waits():
    ended = running(date(2026, 7, 1), end_date=date(2026, 7, 9), days_waited=8, end_sentence="Treatment started.")
    assert summary_of([ended], [], date(2026, 11, 15)) == (
        "No wait is running. The last one ended on 9 July 2026 after 1 week and 1 day.",
        "Treatment started.",
    )
    assert summary_of([], [], date(2026, 11, 15)) == ("No wait is running on this pathway.",)


def test_a_wait_that_passed_to_another_provider_is_told_as_theirs():
    passed = running(date(2026, 7, 1), responsibility_passed_date=date(2026, 7, 15))
    theirs = (
        "The wait that began on 1 July 2026 passed to another provider on 15 July 2026, after 2 weeks.",
        "That provider now answers for it and can say how long it has lasted.",
    )
    assert summary_of([passed], [], date(2026, 11, 15)) == theirs
    assert summary_of([passed], [], date(2026, 7, 15)) == theirs  # from the day itself, as the list counts it (RTT-R33)
    assert "The wait began on 1 July 2026" in summary_of([passed], [], date(2026, 7, 14))[0]


def test_a_wait_of_ours_is_told_though_an_earlier_one_passed_and_so_is_one_that_ended_first():
    passed = running(date(2026, 7, 1), responsibility_passed_date=date(2026, 7, 15))
    ours = running(date(2026, 9, 1), period_number=2)
    assert "The wait began on 1 September 2026" in summary_of([passed, ours], [], date(2026, 11, 15))[0]
    ended = running(date(2026, 7, 1), end_date=date(2026, 7, 9), days_waited=8, responsibility_passed_date=date(2026, 7, 15))
    assert summary_of([ended], [], date(2026, 11, 15))[0].startswith("No wait is running. The last one ended on 9 July 2026")
