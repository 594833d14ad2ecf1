"""Days and months of a review are taken as the browser sends them and as people write them, and refused in their words."""

from datetime import date

import pytest

from clockstop.pages.review_forms import AgreeForm, NarrativeForm


def _agreed(due):
    return AgreeForm({"text": "Run a list", "owner": "Lead", "due": due})


@pytest.mark.parametrize("due", ["2026-11-27", "27/11/2026", "27 11 2026", "27 November 2026", "27.11.2026"])
def test_a_day_as_people_write_it(due):
    form = _agreed(due)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["due"] == date(2026, 11, 27)


@pytest.mark.parametrize(("due", "said"), [("30/02/2026", "Enter a real day, such as 27/11/2026"), ("", "Choose a day")])
def test_no_day(due, said):
    assert _agreed(due).errors["due"] == [said]


@pytest.mark.parametrize("text", ["2027-01", "01/2027", "January 2027", "jan 2027"])
def test_a_month_as_people_write_it(text):
    form = NarrativeForm({"text": "A list was lost", "recovery": text, "version": 0})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["recovery"] == date(2027, 1, 31)


def test_no_month():
    form = NarrativeForm({"text": "A list was lost", "recovery": "soon", "version": 0})
    assert form.errors["recovery"] == ["Enter a real month, such as January 2027"]
