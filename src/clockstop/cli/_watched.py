"""Progress of a long command on a terminal, and a passphrase from where it stands."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def watched(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """What a command tells its progress to (what it is at, so much done, of so much); shown only on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _what, _done, _of: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda doing, done, of: bar.update(task, completed=done, total=of or None, description=f"{what}: {doing[:40]}")


def passphrase(file: Path | None, *, is_new: bool) -> str:
    """The first line of the file; asked for where there is none."""
    if file is not None:
        return (file.read_text("utf-8").splitlines() or [""])[0].strip()
    import typer

    return typer.prompt("Passphrase of the keys", hide_input=True, confirmation_prompt=is_new)
