"""The form by which a trust's own list is sent to be compared."""

from pathlib import Path

from django import forms
from django.conf import settings

# What a list may be called; what it is, its content says.
SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".parquet")
SECTIONS = (
    ("", "A PTL, or a file that says it in a column"),
    ("open", "Weekly file: open pathways"),
    ("starts", "Weekly file: clock starts"),
    ("stops", "Weekly file: clock stops"),
)


class ListForm(forms.Form):
    """A list, whose it is, the day at whose end it was taken, and what its rows are."""

    ptl = forms.FileField(label="Your list", allow_empty_file=False)
    trust = forms.ChoiceField(label="Trust", required=False)
    as_of = forms.DateField(
        label="Taken at the end of", required=False, help_text="Left empty: its own week ending, else the data's day"
    )
    section = forms.ChoiceField(label="Its rows are", required=False, choices=SECTIONS)

    def __init__(self, *args, trusts: list[str], is_too_large: bool = False, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        own = [] if len(trusts) == 1 else [("", "As the list says")]
        self.fields["trust"].choices = [*own, *((trust, trust) for trust in trusts)]
        if is_too_large:
            most = settings.FILE_UPLOAD_MAX_MEMORY_SIZE // 2**20
            message = f"The file is larger than {most} MB. Compare it with: clockstop rtt compare --ptl FILE"
            self.fields["ptl"].error_messages["required"] = message
        else:
            self.fields["ptl"].error_messages["required"] = "Choose the file of your list"

    def clean_ptl(self):
        """The file, if its name is one of a list."""
        sent = self.cleaned_data["ptl"]
        if Path(sent.name).suffix.lower() not in SUFFIXES:
            raise forms.ValidationError(f"A list is a file that ends in {', '.join(SUFFIXES)}")
        return sent
