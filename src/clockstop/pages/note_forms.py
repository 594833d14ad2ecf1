"""The forms of pathway notes and saved views."""

from django import forms

from clockstop.registers.pathway_notes.models import COMMENT_LENGTH, NEXT_STEP_LENGTH, OWNER_LENGTH
from clockstop.registers.saved_views.models import NAME_LENGTH

# Which fields stand together in the row of a list.
CELLS = {"owner": ("owner",), "next_step": ("next_step", "next_step_date"), "comment": ("comment",)}


class NoteForm(forms.Form):
    """The note of a pathway, or the part of it that stands in one cell."""

    owner = forms.CharField(label="Owner", max_length=OWNER_LENGTH, required=False, help_text="A person or a team")
    next_step = forms.CharField(label="Next step", max_length=NEXT_STEP_LENGTH, required=False)
    next_step_date = forms.DateField(label="Next step by", required=False)
    comment = forms.CharField(label="Comment", max_length=COMMENT_LENGTH, required=False)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args, cell: str = "", **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in list(self.fields):
            if cell in CELLS and name != "version" and name not in CELLS[cell]:
                del self.fields[name]

    @property
    def changes(self) -> dict:
        """What was written, by field."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    def clean(self) -> dict:
        """A date needs the step that it is for."""
        cleaned = super().clean()
        if cleaned.get("next_step_date") and not cleaned.get("next_step") and "next_step" in self.fields:
            self.add_error("next_step", "Write the next step that the date is for")
        return cleaned


class BulkForm(forms.Form):
    """What to write on every chosen pathway; what is left empty stays as it is."""

    owner = forms.CharField(max_length=OWNER_LENGTH, required=False)
    next_step = forms.CharField(max_length=NEXT_STEP_LENGTH, required=False)
    next_step_date = forms.DateField(required=False)
    comment = forms.CharField(max_length=COMMENT_LENGTH, required=False)

    @property
    def changes(self) -> dict:
        """What was written, by field."""
        changes = {name: value for name, value in self.cleaned_data.items() if value}
        return changes if "next_step" in changes else {name: value for name, value in changes.items() if name != "next_step_date"}


class SavedViewForm(forms.Form):
    """A name for the address at which the reader stands."""

    name = forms.CharField(label="Name of this view", max_length=NAME_LENGTH)
    address = forms.CharField(widget=forms.HiddenInput)
    shared_with = forms.CharField(required=False)
    is_first_page = forms.BooleanField(required=False)
