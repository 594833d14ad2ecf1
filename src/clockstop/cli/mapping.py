"""clockstop mapping: how a trust's columns and codes become ours."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Draft and install the mapping of a trust's files (docs/mapping.md)."
)
_DATASET = Annotated[
    str,
    typer.Option(help="What the file holds, such as referrals, cancer_records or theatre_cases: the analyst guide tells of each."),
]


@app.command()
def draft(
    file: Annotated[Path, typer.Argument(help="The file whose headers are read.")],
    dataset: _DATASET,
    *,
    trust: Annotated[str | None, typer.Option(help="Named in the hint about what to do next.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the draft to this file instead of the terminal.")] = None,
) -> None:
    """Propose a mapping from a file's headers; guesses are marked."""
    from clockstop.errors import UserError
    from clockstop.intake.draft import draft as drafted
    from clockstop.intake.load import contract_named
    from clockstop.intake.read import header_found

    contract = contract_named(dataset)
    row, headers = header_found(file, contract)
    text = drafted(headers, contract, header_row=row)
    if out is None:
        print(text, end="")
        return
    if out.exists():
        raise UserError(f"{out} is there already.", do="Name another file, or move that one away: a draft never overwrites.")
    out.write_text(text, encoding="utf-8")
    print(f"Drafted {out}. Read the lines marked GUESS and REQUIRED, then:")
    print(f"  clockstop load {file} --trust {trust or 'CODE'} --dataset {dataset} --mapping {out}")


@app.command()
def install(
    file: Annotated[Path, typer.Argument(help="The mapping file.")],
    trust: Annotated[str, typer.Option(help="ODS code of the trust.")],
    dataset: _DATASET,
) -> None:
    """Check a mapping and keep it as the trust's own, used by every later load."""
    from clockstop.intake.load import contract_named
    from clockstop.intake.map import install_mapping
    from clockstop.intake.organisation import organisation
    from clockstop.store.home import home_from_environment

    home = home_from_environment()
    organisation(home, trust)
    mapping = install_mapping(home, trust, contract_named(dataset), file)
    print(f"Installed for {trust} {dataset}: {len(mapping.columns)} columns, {len(mapping.codes)} lists of codes.")
