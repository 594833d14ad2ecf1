"""`clockstop cases FILE...`: run worked cases and say of each whether it passes."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def cases(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="YAML files of worked cases.")],
    only: Annotated[str, typer.Option(metavar="NAME,...", help="Run only cases of these kinds (or calcs).")] = "",
) -> None:
    """Run worked cases (a kind or a calc each) and print pass, fail or not supported for each.

    Exit code 0 only where no case failed and every case was supported; 1 otherwise; 2 where a file cannot be read.
    """
    from clockstop.insight.worked_cases import kind_of, outcome

    wanted = {name.strip() for name in only.split(",") if name.strip()}
    found = [case for file in files for case in read_cases(file)]
    chosen = [case for case in found if not wanted or kind_of(case) in wanted]
    outcomes = [outcome(case) for case in chosen]
    for one in outcomes:
        typer.echo(line(one))
    typer.echo(closing_line(outcomes, left_out=len(found) - len(chosen)))
    if not outcomes or any(one.status != "pass" for one in outcomes):
        raise SystemExit(1)


def read_cases(file: Path) -> list[dict]:
    """The cases of a file; `UnreadableFile` says what is wrong with it."""
    import yaml

    from clockstop.errors import UnreadableFile

    do = "Give a YAML file with a list under 'cases', each with id, kind (or calc), inputs and expected."
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), _loader())  # noqa: S506 - a safe loader
    except OSError as error:
        raise UnreadableFile("The file of cases cannot be read.", where=f"{file}: {error.strerror}", do=do) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableFile("The file of cases is not YAML.", where=f"{file}: {_one_line(error)}", do=do) from None
    listed = content.get("cases") if isinstance(content, dict) else content
    if not isinstance(listed, list) or not listed:
        raise UnreadableFile("The file holds no cases.", where=str(file), do=do)
    for place, case in enumerate(listed, start=1):
        if not isinstance(case, dict):
            raise UnreadableFile("A case is not a mapping of names to values.", where=f"{file}: case {place}", do=do)
    return listed


def _loader():
    """YAML's safe loader, but a day that no calendar has stays text, so that only its case is at fault."""
    import yaml

    class Loader(yaml.SafeLoader):
        def construct_yaml_timestamp(self, node):
            try:
                return super().construct_yaml_timestamp(node)
            except ValueError:
                return self.construct_scalar(node)

    Loader.add_constructor("tag:yaml.org,2002:timestamp", Loader.construct_yaml_timestamp)
    return Loader


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def line(outcome) -> str:
    """One case's line, and one more for each value that did not come out."""
    head = f"{outcome.status:<13} {outcome.case_id:<9} {outcome.kind}: {outcome.title}"
    if outcome.message:
        return f"{head}\n              {outcome.message}"
    below = [f"              {one.key}: expected {_shown(one.expected)}, got {_shown(one.got)}" for one in outcome.differences]
    return "\n".join([head, *below])


def _shown(value) -> str:
    from datetime import date

    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_shown(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def closing_line(outcomes, *, left_out: int) -> str:
    """The count of each status."""
    counts = {status: sum(one.status == status for one in outcomes) for status in ("pass", "fail", "not supported")}
    text = f"{len(outcomes)} cases: {counts['pass']} passed, {counts['fail']} failed, {counts['not supported']} not supported"
    return f"{text}; {left_out} left out by --only" if left_out else text
