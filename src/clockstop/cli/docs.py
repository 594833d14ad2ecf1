"""`clockstop docs`: write the generated pages of the documentation."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def docs(out: Annotated[Path, typer.Option(metavar="DIR", help="The folder of the documentation.")] = Path("docs")) -> None:
    """Write the pages that are generated from rules, cases and measures, under DIR; other pages stay as they are."""
    from clockstop.reports import measure_pages, rule_pages

    for name, text in {**rule_pages.pages(), **measure_pages.pages()}.items():
        page = out / name
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(text, encoding="utf-8")
        typer.echo(page)
