"""Django's forms as the design system's macros take them, so that no template maps an error by hand."""

from django.forms import BoundField, Form


def field(bound: BoundField, **parts) -> dict:
    """What the macros `input`, `select` and `textarea` take for this field: its id, name, label, hint, value, error and choices."""
    taken = {"id": bound.id_for_label, "name": bound.html_name, "label": {"text": bound.label}, "value": bound.value() or ""}
    if bound.help_text:
        taken["hint"] = {"text": bound.help_text}
    if bound.errors:
        taken["errorMessage"] = {"text": " ".join(bound.errors)}
    if hasattr(bound.field, "choices"):
        taken["items"] = [{"value": str(value), "text": text} for value, text in bound.field.choices]
    return taken | parts


def error_list(form: Form) -> list[dict]:
    """What the macro `errorSummary` takes: each error with its field's address; the form's own lead to its first field."""
    first = next((bound.id_for_label for bound in form), "")
    whole = [{"text": message, "href": f"#{first}"} for message in form.non_field_errors()]
    single = [{"text": message, "href": f"#{bound.id_for_label}"} for bound in form for message in bound.errors]
    return whole + single
