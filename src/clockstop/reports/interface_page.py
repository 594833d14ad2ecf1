"""The page docs/interface.md: every command, flag, output, exit code, page and setting, from what the code itself says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from clockstop.accounts.matrix import WHO, access_of, mark_of
from clockstop.accounts.roles import DATA_CLASSES, PERMISSIONS, ROLES
from clockstop.answers.ptl_filters import PtlFilters
from clockstop.intake.event_clocks import PERIOD_COLUMNS
from clockstop.intake.event_file import DIMENSIONS
from clockstop.intake.ledger import Receipt
from clockstop.intake.map import PROVIDER
from clockstop.intake.organisation import Organisation
from clockstop.intake.published.catalogue import Revision
from clockstop.intake.published.datasets import datasets
from clockstop.intake.published.rtt_figures import FIGURES, SCHEMA
from clockstop.intake.published.rtt_published import AreaFigures, FigureSource
from clockstop.intake.published.rtt_report import values
from clockstop.reports.rule_pages import table
from clockstop.reports.spc_points import POINT_COLUMNS, SUMMARY_COLUMNS
from clockstop.rules.readings import Readings
from clockstop.store.manifest import Manifest, SnapshotFile, SnapshotLoad, SnapshotTrust

NOTICE = "<!-- Written by `clockstop docs`; change the command, the page or the setting, not this page. -->"

EXIT_CODES = (
    (0, "It was done. Also where the reader of a pipe went away (`clockstop loads list | head`)."),
    (
        1,
        "`cases`: one failed, is not supported, or none was chosen. `snapshots verify`: a file is damaged. "
        "`audit verify`: a record was changed. A prompt broken off.",
    ),
    (2, "A mistake that the person can put right: the message says what, where, and what to do. Also a wrong flag or value."),
    (
        3,
        "`rtt check-return`: a check failed. `rtt return`: a check failed for which the return is sent back; the file is written.",
    ),
    (130, "Stopped with Ctrl-C. What was published before still stands."),
)


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """An argument or a flag of a command: how it is written, what stands where it is left out, and what it says."""

    written: str
    default: str
    help: str


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command as it is typed, with its parameters."""

    typed: str
    help: str
    parameters: tuple[Parameter, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Address:
    """An address of the site, the name of the view that answers it, and of a call of the API for whom it is."""

    route: str
    view: str
    who: str = ""


def interface_page(
    *, commands: Sequence[Command], outputs: Sequence[tuple[str, Sequence[str]]], addresses: Sequence[Address], settings: str
) -> str:
    """The whole page.

    `outputs` holds the keys of answers that the command line itself puts together; `settings` the lines `NAME   what it does`.
    """
    parts = [
        NOTICE,
        "# Interface",
        "Every command, its flags and answers, the pages and the settings. What they mean is told in the guides.",
        "## Commands\n\n`clockstop --version` prints the version; every command takes `--help`.",
        *map(_command, commands),
        "## Exit codes\n\n" + table(("Code", "When"), EXIT_CODES),
        "## Answers for programs\n\nKeys of `--format json`, in their order.",
        table(("Command", "Keys"), ((name, _listed(keys)) for name, keys in [*_outputs(), *outputs])),
        _parts_of_manifest(),
        _published_datasets(),
        _clocks(),
        _spc(),
        _addresses(addresses),
        _matrix(addresses),
        _roles(),
        _settings(settings),
    ]
    return "\n\n".join(parts) + "\n"


def _command(command: Command) -> str:
    rows = [(f"`{one.written}`", one.default, one.help) for one in command.parameters]
    told = f"### clockstop {command.typed}\n\n{command.help}"
    return f"{told}\n\n{table(('Argument or flag', 'Default', 'What it does'), rows)}" if rows else told


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _names(kind: type) -> list[str]:
    return [field.name for field in fields(kind)]


def _outputs() -> list[tuple[str, list[str]]]:
    receipt, revision = _names(Receipt), [*_names(Revision), "is_in_use"]
    return [
        ("`load`, `loads show`, `loads withdraw`; `loads list` (a list)", receipt),
        ("`trust list` (a list)", _names(Organisation)),
        ("`snapshots show`", _names(Manifest)),
        ("`published load`, `published list` (lists)", revision),
        ("`published list --providers` (a list)", SCHEMA.names),
        ("`published show`", list(values(_no_figures()))),
    ]


def _no_figures() -> AreaFigures:
    """Figures of an area of which every one is known, so that every key is there."""
    row = dict.fromkeys(SCHEMA.names) | dict.fromkeys(FIGURES, 1)
    return AreaFigures(month="2026-01", source=FigureSource(kind="", title=""), row=row)


def _parts_of_manifest() -> str:
    kinds = (
        ("each of `trusts`, by code", SnapshotTrust),
        ("each of a trust's `loads`", SnapshotLoad),
        ("each of `files`", SnapshotFile),
    )
    rows = [(words, _listed(_names(kind))) for words, kind in kinds]
    return "Within `snapshots show --format json`, which is also the snapshot's `manifest.json`:\n\n" + table(
        ("Part", "Keys"), rows
    )


def _published_datasets() -> str:
    """Every key and cut of the published datasets beside RTT's, as they are declared."""
    parts = [
        "### Published datasets\n\n`published show DATASET --format json` gives `dataset`, `month`, `area_kind`, `area_code`, "
        "`area_name`, `cut`, the keys below that are published (null where a mark stands, which `marks` names), `source`, "
        "`source_file`, `revision`, `is_revised`, `status`, `released`, `loaded_at`, `sources` (each file with its sha256 and "
        "the cell of each figure), `notes` and `attribution`. `--cut NAME=VALUE` chooses a cut."
    ]
    for one in datasets().values():
        keys = [(f"`{key.name}`", key.meaning) for key in one.keys] + [(names, says) for names, says in one.key_patterns]
        keys += [(f"cut `{name}`", says) for name, says in one.cuts]
        parts.append(f"#### {one.slug}: {one.title}\n\n{one.about} By {one.every}.\n\n{table(('Key', 'What it is'), keys)}")
    return "\n\n".join(parts)


def _clocks() -> str:
    return "\n\n".join([
        "## Columns of `rtt clocks`",
        f"`{PROVIDER}` where the file has it, `patient_pathway_identifier`, then {_listed(PERIOD_COLUMNS)}; then those of "
        f"{_listed(DIMENSIONS)} that the file has.",
        "Rows that cannot be read stand in `OUT.set_aside.csv`, each with its reasons.",
    ])  # fmt: skip


def _spc() -> str:
    """What `spc` writes, column by column, with the words that each may hold."""
    tables = [
        f"Of `{file}`:\n\n"
        + table(("Column", "What it says", "Words"), ((f"`{name}`", says, _listed(words)) for name, says, words in columns))
        for file, columns in (("OUT.csv", POINT_COLUMNS), ("OUT.summary.csv", SUMMARY_COLUMNS))
    ]
    return "\n\n".join(["## Columns of `spc`", *tables])


def _addresses(addresses: Sequence[Address]) -> str:
    rows = [(f"`/{one.route}`", f"`{one.view}`", one.who or WHO[one.view]) for one in addresses]
    return "\n\n".join([
        "## Pages",
        "Words such as `see_patients` are permissions (below), always in the trust that the page is of. All but the pages for "
        "anyone ask for a sign-in.",
        table(("Address", "View", "Who may"), rows),
        f"The list `/ptl` takes in its address {_listed(_names(PtlFilters))}. The other pages with filters take `trust`, "
        "`division`, `service`, `site`, `period` and `cut`. Tables that can be taken away take `format=csv` and `format=xlsx`.",
    ])  # fmt: skip


def _matrix(addresses: Sequence[Address]) -> str:
    """Every view beside every role."""
    known = {one.view: one.who or WHO[one.view] for one in addresses}
    rows = [(f"`{view}`", *(mark_of(access_of(who), role) for role in ROLES)) for view, who in known.items()]
    return "\n\n".join([
        "## Who may open what, by role",
        "own: in the trust in which the role is held. every: in every trust; where a view needs no permission what it shows is the "
        "reader's own, or public. -: refused. A membership of some services reaches no further than these, and one that has ended "
        "or has yet to begin reaches nothing. Nobody who is not signed in opens anything but the pages for anyone.",
        table(("View", *(one.title for one in ROLES.values())), rows),
    ])  # fmt: skip


def _roles() -> str:
    rows = [
        (
            f"`{one.slug}`",
            one.title,
            "the group" if one.is_group else "a trust",
            DATA_CLASSES[one.data_class].split(":")[0],
            _listed(name for name in PERMISSIONS if name in one.permissions),
        )
        for one in ROLES.values()
    ]
    words = [(f"`{name}`", says) for name, says in PERMISSIONS.items()]
    return "\n\n".join([
        "## Roles",
        table(("Role", "Title", "Held in", "Sees at most", "May"), rows),
        table(("Permission", "What it allows"), words),
    ])  # fmt: skip


def _settings(settings: str) -> str:
    lines = (line.split(maxsplit=1) for line in settings.splitlines() if line.startswith("CLOCKSTOP_"))
    defaults = Readings()
    readings = [(f"`{field.name}`", getattr(defaults, field.name)) for field in fields(Readings)]
    return "\n\n".join([
        "## Settings",
        table(("Environment variable", "What it does"), ((f"`{name}`", says) for name, says in lines)),
        "Under `[readings]` of `settings.toml` in `CLOCKSTOP_HOME` ([what each chooses](rules/rtt.md)):",
        table(("Reading", "Default"), readings),
    ])  # fmt: skip
