"""The forms of a plan: where it goes from and to, and single months of it. Shares are written in per cent."""

import math
from datetime import date
from typing import Any

from django import forms

from clockstop.dates import month_end
from clockstop.measures.measure import Measure
from clockstop.registers.trajectories.actions import SPREADS, Course

_MONTH = "month_"


def written(measure: Measure, value: float | None) -> str:
    """A value as a form holds it: a share in per cent, without needless decimals."""
    if value is None:
        return ""
    return f"{value * _per_cent(measure):.4f}".rstrip("0").rstrip(".")


def unit_of(measure: Measure) -> str:
    """What a form's numbers are in."""
    return "per cent" if measure.kind == "share" else measure.unit


def _per_cent(measure: Measure) -> int:
    return 100 if measure.kind == "share" else 1


class MonthField(forms.CharField):
    """A month as the browser's own field writes it, YYYY-MM; clean, the month's last day."""

    def clean(self, value: Any) -> date:
        text = super().clean(value)
        try:
            return month_end(date.fromisoformat(f"{text[:7]}-01"))
        except ValueError:
            raise forms.ValidationError("Write the month as YYYY-MM") from None


class ValueField(forms.FloatField):
    """A number of the measure; a share is between 0 and 100 per cent."""

    def __init__(self, *, measure: Measure, **parts: Any) -> None:
        self._per_cent = _per_cent(measure)
        super().__init__(**parts, min_value=0, max_value=100 if self._per_cent > 1 else None)

    def clean(self, value: Any) -> float | None:
        found = super().clean(value)
        if found is None or not math.isfinite(found):
            return None
        # What is written in per cent comes back as the very share that was shown.
        return round(found / self._per_cent, 12)


class StartForm(forms.Form):
    """From a baseline in one month to a target in another."""

    baseline_month = MonthField(label="Month of the baseline", max_length=10)
    target_month = MonthField(label="Month of the target", max_length=10)
    spread = forms.ChoiceField(label="How the plan gets there", choices=list(SPREADS.items()))
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, measure: Measure, **parts: Any) -> None:
        super().__init__(*args, **parts)
        self.measure = measure
        unit = unit_of(measure)
        points = "percentage points" if measure.kind == "share" else unit
        self.fields["baseline"] = ValueField(measure=measure, label=f"Baseline, {unit}")
        self.fields["target"] = ValueField(measure=measure, label=f"Target, {unit}")
        self.fields["tolerance"] = ValueField(
            measure=measure, label=f"Tolerance, {points}", help_text="How far behind the plan is still within tolerance"
        )
        self.order_fields(["baseline", "baseline_month", "target", "target_month", "spread", "tolerance", "version"])

    @property
    def course(self) -> Course:
        """What was written."""
        return Course(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


class MonthsForm(forms.Form):
    """The months of a plan, one field each."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, measure: Measure, months: dict[date, float], **parts: Any) -> None:
        super().__init__(*args, **parts)
        self.measure = measure
        for end, value in months.items():
            label = f"Plan for {end:%B %Y}, {unit_of(measure)}"
            self.fields[f"{_MONTH}{end}"] = ValueField(measure=measure, label=label, initial=written(measure, value))

    @property
    def values(self) -> dict[date, float]:
        """What was written for each month."""
        return {
            date.fromisoformat(name[len(_MONTH) :]): value for name, value in self.cleaned_data.items() if name.startswith(_MONTH)
        }

    def of(self, end: date) -> forms.BoundField:
        """The field of a month."""
        return self[f"{_MONTH}{end}"]
