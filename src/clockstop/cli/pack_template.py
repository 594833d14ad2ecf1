"""`clockstop pack-template`: what a trust starts from to give its packs its own look."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def pack_template(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder; nothing that is in it is written over.")],
) -> None:
    """Write a template as Clockstop's own packs have it: template.toml, pack.docx, pack.pptx and pack.css.

    Put the folder at CLOCKSTOP_HOME/trusts/CODE/pack (of one trust) or CLOCKSTOP_HOME/pack (of all), or name it with --template.
    """
    from clockstop.errors import UserError
    from clockstop.reports import pack_docx, pack_pptx
    from clockstop.reports.pack import Style
    from clockstop.reports.pack_template import CSS, DOCX, PPTX, TOML, toml_of

    files = {
        TOML: toml_of(Style()).encode(),
        DOCX: pack_docx.starter(Style()),
        PPTX: pack_pptx.starter(Style()),
        CSS: b"/* Read after Clockstop's own style of the PDF. */\n",
    }
    there = [name for name in files if (out / name).exists()]
    if there:
        raise UserError(f"{there[0]} is there already.", where=str(out), do="Name an empty folder.")
    out.mkdir(parents=True, exist_ok=True)
    for name, body in files.items():
        (out / name).write_bytes(body)
        typer.echo(f"Written: {out / name}")
