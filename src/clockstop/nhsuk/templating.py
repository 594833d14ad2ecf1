"""The Jinja environment of every page: the design system's macros, ours, our filters, and addresses."""

from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from clockstop.nhsuk import forms, presenters, sparklines

_FILTERS = (
    "number",
    "percent",
    "signed",
    "points",
    "day",
    "weekday",
    "short_day",
    "month",
    "time_of_day",
    "instant",
    "weeks_and_days",
    "minutes_in_words",
    "count",
    "lower_first",
)
_STAMP = Path(__file__).parent / "static" / "built" / ".stamp"


def environment(**options) -> Environment:
    """An environment in which the design system's templates resolve beside ours."""
    options["loader"] = ChoiceLoader([options["loader"], PackageLoader("nhsuk_frontend_jinja")])
    wanted = {"undefined": ChainableUndefined, "trim_blocks": True, "lstrip_blocks": True, "extensions": ["jinja2.ext.do"]}
    made = Environment(**options | wanted)  # noqa: S701 autoescape is among the options that Django gives
    made.globals |= {
        "url": url,
        "asset": asset,
        "address": address,
        "sparkline": sparklines.sparkline,
        "field": forms.field,
        "error_list": forms.error_list,
    }
    made.filters |= {name: getattr(presenters, name) for name in _FILTERS}
    return made


def url(name: str, *args, **query) -> str:
    """The address of a view, its filters after the question mark; filters that are None or empty are left out."""
    return address(reverse(name, args=args), query)


def address(path: str, query: dict) -> str:
    """The path with the filters that say something."""
    said = {key: value for key, value in query.items() if value not in (None, "", [])}
    return f"{path}?{urlencode(said, doseq=True)}" if said else path


def asset(name: str) -> str:
    """The address of a built file, with the stamp of its build so that browsers may keep it."""
    return f"{static(f'built/{name}')}?v={build()}"


@cache
def build() -> str:
    """The stamp of the built files."""
    return _STAMP.read_text()[:10] if _STAMP.exists() else "0"
