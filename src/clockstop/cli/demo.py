"""`clockstop demo`: a made-up group, loaded, refreshed and served, to look around in."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from clockstop.cli.serve import DEFAULT_HOST, DEFAULT_PORT

app = typer.Typer()

# About 10,000 open pathways and 400,000 events: a newcomer waits about two minutes, and every page has something to show.
DEFAULT_SCALE = 0.02
MONTHS_PUBLISHED = 2  # the last month beside ours, and the one before it as its opening
PASSWORD = "clockstop-demo"  # noqa: S105 of made-up data on this machine's own address only, and printed


@dataclass(frozen=True)
class DemoUser:
    """A login of the demonstration."""

    username: str
    role: str
    trust: str
    says: str


def demo_users(trust: str, trust_name: str) -> tuple[DemoUser, ...]:
    """The logins: the group's director, and a manager, a validation clerk, an analyst and an administrator of one trust."""
    return (
        DemoUser(
            "director", "group_operations_director", "*", "operations director of the group: every trust's measures, no patients"
        ),
        DemoUser("manager", "service_manager", trust, f"service manager of {trust_name}: its measures and its patients"),
        DemoUser("validator", "validation_clerk", trust, f"validation clerk of {trust_name}: checks its clocks at the desk"),
        DemoUser(
            "analyst", "information_analyst", trust, f"information analyst of {trust_name}: its loads, rows set aside, patients"
        ),
        DemoUser("admin", "administrator", trust, f"administrator of {trust_name}: says who may do what there (/people)"),
    )


@app.command()
def demo(
    *,
    scale: Annotated[float, typer.Option(help="The group's size: 1 is 250,000 open pathways.", min=0.001, max=2.0)] = DEFAULT_SCALE,
    port: Annotated[int, typer.Option(help="The port to listen on, on this machine only.", min=1, max=65535)] = DEFAULT_PORT,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve the site when all is ready.")] = True,
    live: Annotated[bool, typer.Option("--live", help="Play a day forward while the site is served, so that boards move.")] = False,
    step: Annotated[str, typer.Option(help="With --live: how much of the day passes at each step (10m, 1h).")] = "10m",
    every: Annotated[str, typer.Option(help="With --live: how long a step lasts for those who watch (60s).")] = "60s",
    start: Annotated[
        str, typer.Option("--from", help="With --live: the time of day at which a day begins to be watched.")
    ] = "08:00",
    trust: Annotated[list[str] | None, typer.Option(help="With --live: only this trust plays; may be repeated.")] = None,
    again: Annotated[bool, typer.Option("--again", help="With --live: from the beginning, not from where it was.")] = False,
) -> None:
    """Make a group of four made-up trusts, load what they send, refresh, and serve the site on 127.0.0.1.

    The second time everything is there already and it only serves. Stopped half way, it goes on where it was. With --live a day
    plays forward besides: every few minutes of it each trust sends what has happened, and boards show it. Ctrl-C stops it safely.
    """
    from clockstop.cli.serve import address, must_be_free, prepare_database, run_server
    from clockstop.store.home import home_from_environment

    home = home_from_environment()
    pace = _pace(step, every, start) if live else None
    if serve:
        must_be_free(DEFAULT_HOST, port)
    if is_ready(home.demo):
        typer.echo("The demonstration is there already.")
    else:
        build(home, scale=scale)
    os.environ.setdefault("CLOCKSTOP_SECOND_FACTOR", "offered")  # whose password is printed has nobody's patients before them
    prepare_database()
    _tell_logins(home.demo)
    if pace is not None:
        from clockstop.cli._play_watched import watch

        watch(home, trusts=_played(home, trust), again=again, port=port if serve else None, **pace)
    elif serve:
        answers = f"Clockstop answers on {address(DEFAULT_HOST, port)} (Ctrl-C stops it)"
        run_server(host=DEFAULT_HOST, port=port, workers=2, ready=lambda: typer.echo(answers))


def _tell_logins(folder: Path) -> None:
    users = add_users(folder)
    _make_up_outcomes(folder)
    _make_up_reviews(folder, users[-1].trust)
    logins = "\n".join(f"  {user.username:<10}{PASSWORD:<17}{user.says}" for user in users)
    typer.echo(f"\nMade-up data: every trust, patient and figure is invented. Logins for this demonstration only:\n{logins}\n")
    typer.echo("A second factor is offered to them, under Your account, and not asked for.\n")
    typer.echo(_what_to_look_at(folder / "extracts", users[-1].trust))


def _make_up_outcomes(folder: Path) -> None:
    """What made-up validators have found, so that the desk has rates and a yield to show; only where there is none yet."""
    from clockstop.cli._made_up_outcomes import add_outcomes
    from clockstop.store.home import home_from_environment

    if is_ready(folder):
        add_outcomes(home_from_environment(), by_username="validator")


def _make_up_reviews(folder: Path, trust: str) -> None:
    """What made-up people wrote for the reviews of the manager's trust; only where there is none yet."""
    from clockstop.cli._made_up_reviews import add_reviews
    from clockstop.store.home import home_from_environment

    if is_ready(folder):
        add_reviews(home_from_environment(), by_username="manager", trust=trust)


def _pace(step: str, every: str, start: str) -> dict:
    from clockstop.cli._play import hour_of, length_of

    return {"step": length_of(step), "every": length_of(every), "start": hour_of(start)}


def _played(home, chosen: list[str] | None) -> list[str]:
    from clockstop.errors import UnknownName

    known = sorted(json.loads((home.demo / "extracts" / "manifest.json").read_text())["trusts"])
    for code in chosen or ():
        if code not in known:
            raise UnknownName(
                f"The demonstration has no trust {code}.", where=f"It has: {', '.join(known)}.", do="Name one of these."
            )
    return sorted(set(chosen)) if chosen else known


def is_ready(folder: Path) -> bool:
    """Whether the demonstration was built to its end."""
    return (folder / "ready.json").is_file()


def build(home, *, scale: float) -> None:
    """Make the group and take it through the whole house, a delivery after the other, as it would have come."""
    _must_not_mix(home)
    with told("Making a group of four trusts"):
        manifest = _synthesised(home.demo / "extracts", scale)
    for code, trust in manifest["trusts"].items():
        _add_trust(home, code, home.demo / "extracts" / trust["organisation"])
    deliveries = [list(group) for _, group in groupby(manifest["deliveries"], key=lambda one: one["as_of"])]
    for place, delivery in enumerate(deliveries):
        day = date.fromisoformat(delivery[0]["as_of"])
        rows = sum(one["rows"] for one in delivery)
        with told(f"Loading {len(delivery)} files of {day:%A} {day.day} {day:%B} {day.year}, {rows:,} rows"):
            for one in delivery:
                _load(home, one)
        if place >= len(deliveries) - 2:
            with told("Refreshing: clocks, waits, measures"):
                _refresh(home, day)
    with told("Loading what the trusts returned, as it was published"):
        _load_published(home)
        _publish_returns(home)
    (home.demo / "ready.json").write_text(json.dumps({"scale": scale, "trusts": sorted(manifest["trusts"])}) + "\n")


def add_users(folder: Path) -> tuple[DemoUser, ...]:
    """The demonstration's logins, made or put back as they were."""
    from clockstop.accounts.actions import add_user

    manifest = json.loads((folder / "extracts" / "manifest.json").read_text())
    code = sorted(manifest["trusts"])[1 % len(manifest["trusts"])]
    users = demo_users(code, manifest["trusts"][code]["name"])
    for user in users:
        add_user(username=user.username, password=PASSWORD, role_slug=user.role, trust=user.trust, is_demo=True)
    return users


def _what_to_look_at(extracts: Path, trust: str) -> str:
    """Where to begin, and the list that the manager's and the analyst's trust has of its own."""
    lists = sorted((extracts / trust / "lists").glob("*.csv"))
    compared = f" (upload {lists[0]})" if lists else ""
    return "\n".join(
        [
            "Look at:",
            "  Overview       every standard of the group, down to a service; each number leads to the patients behind it",
            "  Waiting lists  who breaches next with no next step; open a patient to see why the clock says so",
            "  Returns        each national return as it would be sent, its checks, and what was published before",
            "  Emergency      who is in the department, for how long, and whom the beds keep there; its flow by the hour",
            "  Beds           what is open, taken and empty on each ward; Wards has the board round, patient by patient",
            "  Data quality   what is wrong in the records, and whose it is to put right",
            "  Validation     which clocks to check this hour, one key an outcome (sign in as validator), and what it has come to",
            f"  Data           every load, and Compare with your list{compared}",
            "",
            "`clockstop demo --live` plays a day forward, so that Emergency, Beds and Wards move while you look.",
            "",
        ]
    )


@contextmanager
def told(what: str) -> Iterator[None]:
    """Say what is being done, and when it is done how long it took."""
    began = time.monotonic()
    typer.echo(f"{what} ...", nl=False)
    try:
        yield
    except BaseException:
        typer.echo("")
        raise
    typer.echo(f" {time.monotonic() - began:.0f} s")


def _must_not_mix(home) -> None:
    """Raise where the home holds trusts that are not the demonstration's: made-up patients never lie beside real ones."""
    from clockstop.errors import UserError

    others = [] if home.demo.is_dir() or not home.trusts.is_dir() else sorted(folder.name for folder in home.trusts.iterdir())
    if others:
        raise UserError(
            "This home holds trusts already, and made-up patients are never put beside them.",
            where=f"{home.root} holds: {', '.join(others)}.",
            do="Give the demonstration a home of its own, for example CLOCKSTOP_HOME=~/clockstop-demo.",
        )


def _synthesised(out: Path, scale: float) -> dict:
    """The manifest of the group under `out`, made where it is not there. The manifest is written last."""
    from clockstop.synthetic.group import Wanted, synthesise

    if not (out / "manifest.json").is_file():
        synthesise(out, Wanted(scale=scale))
    return json.loads((out / "manifest.json").read_text())


def _add_trust(home, code: str, file: Path) -> None:
    from clockstop.intake.organisation import add_organisation

    assert add_organisation(home, file).code == code


def _load(home, delivery: dict) -> None:
    """Load one file as of the day on which it would have come; one that was loaded before, when we were stopped, is left out."""
    from clockstop.intake.ledger import loads
    from clockstop.intake.load import load_file
    from clockstop.intake.read import file_sha256

    folder = home.demo / "extracts"
    file, trust, dataset = folder / delivery["file"], delivery["trust"], delivery["dataset"]
    if file_sha256(file) in {receipt.file_sha256 for receipt in loads(home, trust, dataset)}:
        return
    mapping = folder / trust / "mappings" / f"{dataset}.toml"
    day = date.fromisoformat(delivery["as_of"])
    load_file(home, file=file, trust=trust, dataset=dataset, mapping=mapping, delivery=delivery["delivery"], today=day)


def _load_published(home) -> None:
    """Load each trust's last published returns, so that the Return page shows them beside ours."""
    from clockstop.intake.published import catalogue

    for trust in sorted((home.demo / "extracts").glob("*/published")):
        for file in sorted(trust.glob("*.csv"))[-MONTHS_PUBLISHED:]:
            catalogue.load(home, file)
    # Of A&E and cancer all trusts stand in one file, as in the real ones.
    for file in sorted((home.demo / "extracts" / "published").glob("*.csv")):
        catalogue.load(home, file)


def _publish_returns(home) -> None:
    """Make up what was published of the other national returns: the snapshot's figures with planted differences; and load it."""
    from clockstop.answers.desk import Desk
    from clockstop.intake.published import catalogue
    from clockstop.reports.made_up_publications import write_differences, write_publications

    folder = home.demo / "extracts"
    files, planted = write_publications(Desk(home).refreshed(), folder / "published")
    write_differences(folder / "truth" / "published_differences.csv", planted)
    for file in files:
        catalogue.load(home, file)


def _refresh(home, day: date) -> None:
    """Publish the snapshot of that day, unless it was published before we were stopped."""
    from clockstop.intake.build import refresh
    from clockstop.store import snapshots

    if day not in {snapshots.manifest(home, known).as_of for known in snapshots.all_snapshots(home)}:
        refresh(home, as_of=day)
