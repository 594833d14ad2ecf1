"""`clockstop docs`: write the generated pages of the documentation."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def docs(
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder of the documentation.")] = Path("docs"),
    columns: Annotated[
        bool, typer.Option("--columns", help="First work the columns of facts out anew, which takes half a minute.")
    ] = False,
) -> None:
    """Write the pages that are generated from rules, measures, commands and pages, under DIR; other pages stay as they are."""
    if columns:
        typer.echo(_write_columns())
    for name, text in pages().items():
        page = out / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
        typer.echo(page)


def _write_columns() -> Path:
    """Write the columns of facts, from which the data dictionary is made."""
    from clockstop.intake.fact_columns import fact_columns
    from clockstop.reports.dictionary import FILE, as_file

    FILE.write_text(as_file(fact_columns()), "utf-8")
    return FILE


def pages() -> dict[str, str]:
    """The text of every generated page by its path under docs/."""
    from clockstop.reports import flag_pages, measure_pages, quality_pages, rule_pages
    from clockstop.reports.coverage import coverage_page
    from clockstop.reports.dataset_page import dataset_page
    from clockstop.reports.dictionary_page import data_dictionary_page
    from clockstop.reports.interface_page import interface_page
    from clockstop.reports.range_scores_page import range_scores_page
    from clockstop.reports.target_page import target_page

    settings, addresses = _site()
    interface = interface_page(commands=list(_commands()), outputs=_outputs(), addresses=addresses, settings=settings)
    single = {
        "interface.md": interface,
        "coverage.md": coverage_page(),
        "datasets.md": dataset_page(),
        "data-dictionary.md": data_dictionary_page(),
        "targets.md": target_page(),
        "standard-range-scores.md": range_scores_page(),
    }
    return {**rule_pages.pages(), **measure_pages.pages(), **flag_pages.pages(), **quality_pages.pages(), **single}


def _commands() -> Iterator:
    """Every command of the tree, as it is typed."""
    from clockstop.cli.main import application

    tree = application()
    for name in tree.list_commands(None):
        yield from _walked(tree.get_command(None, name), name)


def _walked(command, typed: str) -> Iterator:
    from clockstop.reports.interface_page import Command

    below = getattr(command, "commands", None)
    if below:
        for name, one in below.items():
            yield from _walked(one, f"{typed} {name}")
        return
    shown = tuple(_parameter(one) for one in command.params if one.expose_value)
    yield Command(typed=typed, help=_one_line(command.help), parameters=shown)


def _parameter(one):
    from clockstop.reports.interface_page import Parameter

    if one.param_type_name == "argument":
        written = one.metavar or one.name.upper() + ("..." if one.nargs == -1 else "")
    else:
        value = "" if one.is_flag else f" {one.metavar or _kind(one)}"
        written = "/".join([*one.opts, *one.secondary_opts]) + value
    default = "must be given" if one.required else _default(one)
    return Parameter(written=written, default=default, help=_one_line(f"{one.help or ''} {_bounds(one)}"))


def _bounds(one) -> str:
    """The least and the greatest value, where there are such."""
    told = [f"{word} {bound}" for word, bound in (("from", one.min), ("to", one.max)) if bound is not None]
    return f"({' '.join(told)})" if told and not one.is_flag else ""


def _kind(one) -> str:
    """The choices where there are some, else the name in capitals."""
    from enum import EnumMeta

    kind = one.type_descriptor.annotation
    return "|".join(choice.value for choice in kind) if isinstance(kind, EnumMeta) else one.name.upper()


def _default(one) -> str:
    from datetime import datetime
    from enum import Enum

    value = one.default
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, bool):
        return ("on" if value else "off") if one.is_flag else str(value)
    return "" if value in (None, "", [], ()) else f"`{value}`"


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _outputs() -> list[tuple[str, list[str]]]:
    """The keys of answers that commands put together themselves."""
    import json
    from datetime import UTC, date, datetime

    from clockstop.cli import refresh, snapshots
    from clockstop.store.manifest import Manifest

    one = Manifest(
        id="", as_of=date.min, built_at=datetime(1, 1, 1, tzinfo=UTC), duration_seconds=0.0, clockstop_version="", code_version="",
        engine="", is_synthetic=False, trusts={}, tables={}, files=(),
    )  # fmt: skip
    return [
        ("`refresh`", list(json.loads(refresh._as_json(one, None)))),
        ("`snapshots list` (a list)", list(snapshots._brief(one, None))),
    ]


def _site() -> tuple[str, list]:
    """What the settings say of the environment, and every address; by name, since config stands above this room."""
    import os
    from importlib import import_module

    import django

    from clockstop.cli.serve import SETTINGS
    from clockstop.reports.interface_page import Address

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    django.setup()
    included = import_module("clockstop.config.urls").urlpatterns
    found = [
        Address(route=str(one.pattern), view=one.name, who=getattr(one.callback, "who", ""))
        for part in included
        for one in part.url_patterns
    ]
    return import_module(SETTINGS).__doc__ or "", found
