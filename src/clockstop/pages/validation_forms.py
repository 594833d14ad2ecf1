"""What is sent from the validation desk: which clock, on what evidence, and what is said of it."""

from django import forms
from django.utils import timezone

from clockstop.registers.validation.models import TEAM_LENGTH

LONGEST_CHECK_SECONDS = 3600


class ClockForm(forms.Form):
    """A clock: trust, pathway, and the day on which it started."""

    trust = forms.CharField(max_length=12)
    pathway = forms.CharField(max_length=40)
    start = forms.DateField()

    @property
    def key(self) -> tuple:
        """The clock that is meant."""
        return (self.cleaned_data["trust"], self.cleaned_data["pathway"], self.cleaned_data["start"])


class OutcomeForm(ClockForm):
    """An outcome. `likely_` are what the evidence proposed: taken with the proposed outcome where nothing else was typed.

    How long a note may be, and what an outcome needs, `actions.record_outcome` says alone.
    """

    code = forms.CharField(required=False)
    right_date = forms.DateField(required=False, error_messages={"invalid": "This is no day: write it as 2026-11-15"})
    other_pathway = forms.CharField(required=False)
    note = forms.CharField(required=False)
    likely_code = forms.CharField(required=False, max_length=30)
    likely_date = forms.DateField(required=False)
    signature = forms.CharField(max_length=64)
    last_outcome = forms.IntegerField(required=False)
    shown_at = forms.FloatField(required=False)

    @property
    def wrong(self) -> dict[str, str]:
        """What is wrong with what the validator typed, by field; empty where the clock or its evidence is what cannot be read."""
        typed = {"code", "right_date", "other_pathway", "note"}
        return {name: said[0] for name, said in self.errors.items()} if set(self.errors) <= typed else {}

    @property
    def seconds(self) -> int | None:
        """From when the row was shown until it was answered; None where nobody can tell, or it lay open for over an hour."""
        shown = self.cleaned_data.get("shown_at")
        spent = timezone.now().timestamp() - shown if shown else -1
        return round(spent) if 0 <= spent <= LONGEST_CHECK_SECONDS else None

    @property
    def said_date(self):
        """The day that was typed, else the one proposed with the proposed outcome."""
        typed, code = self.cleaned_data.get("right_date"), self.cleaned_data.get("code")
        is_proposed = bool(code) and code == self.cleaned_data.get("likely_code")
        return typed or (self.cleaned_data.get("likely_date") if is_proposed else None)


class HourForm(forms.Form):
    """The beginning of an hour."""

    trust = forms.CharField(max_length=12)
    team = forms.CharField(required=False, max_length=TEAM_LENGTH)
    target = forms.IntegerField(required=False, min_value=1, max_value=500)


def shown_now() -> str:
    """The instant at which a row is shown, as its form brings it back."""
    return f"{timezone.now().timestamp():.1f}"
