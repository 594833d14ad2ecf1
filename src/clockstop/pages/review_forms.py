"""The forms of a review: a narrative, an action, who owns a measure, a decision on new limits."""

from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django import forms

from clockstop.dates import month_end
from clockstop.registers.actions.models import STATUSES
from clockstop.registers.core.placed import NAME_LENGTH, REASON_LENGTH
from clockstop.registers.performance.models import TEXT_LENGTH

# The browser's own field sends the first; where there is none, people write one of the others.
DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d %m %Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y")
MONTH_FORMATS = ("%Y-%m", "%Y-%m-%d", "%m/%Y", "%m %Y", "%B %Y", "%b %Y")


class DayField(forms.DateField):
    """A day as the browser's own field writes it, or as people do."""

    def __init__(self, **parts: Any) -> None:
        wrong = "Enter a real day, such as 27/11/2026"
        super().__init__(**parts, input_formats=list(DAY_FORMATS), error_messages={"required": "Choose a day", "invalid": wrong})


class BackOnPlanField(forms.CharField):
    """A month as its last day; None where none is written."""

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        for form in MONTH_FORMATS:
            with suppress(ValueError):
                return month_end(datetime.strptime(text, form).date())  # noqa: DTZ007 a month has no time zone
        raise forms.ValidationError("Enter a real month, such as January 2027")


class NarrativeForm(forms.Form):
    """What happened, why, and when it will be put right."""

    text = forms.CharField(
        label="What happened, why, and what is done about it",
        max_length=TEXT_LENGTH,
        error_messages={"required": "Write the narrative", "max_length": f"Write {TEXT_LENGTH} characters at most"},
    )
    recovery = BackOnPlanField(label="Month in which it will be back on plan", max_length=20, required=False)
    because = forms.CharField(
        label="Why it is written anew",
        help_text="The version before went out in a pack, and stays there as it was",
        max_length=REASON_LENGTH,
        required=False,
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class AgreeForm(forms.Form):
    """A new action."""

    text = forms.CharField(label="What is done", max_length=REASON_LENGTH, error_messages={"required": "Write what is done"})
    owner = forms.CharField(label="Who does it", max_length=NAME_LENGTH, error_messages={"required": "Name who does it"})
    due = DayField(label="By when")


class ActionForm(AgreeForm):
    """An action that stands: a moved day says why, an end has its evidence."""

    due_because = forms.CharField(label="Why the day moves, if it does", max_length=REASON_LENGTH, required=False)
    status = forms.ChoiceField(label="Status", choices=list(STATUSES.items()))
    evidence = forms.CharField(label="Evidence that it is done, or why it was stopped", max_length=REASON_LENGTH, required=False)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class OwnerForm(forms.Form):
    """Who answers for a measure at a place."""

    owner = forms.CharField(label="Who answers for it here", max_length=NAME_LENGTH, required=False)
    contact = forms.CharField(label="How to reach them", max_length=NAME_LENGTH, required=False)
    owner_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
