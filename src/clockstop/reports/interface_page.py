"""The page docs/interface.md: every command, flag, output, exit code, page and setting, from what the code itself says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

from clockstop.accounts.roles import PERMISSIONS, ROLES
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
        "`cases`: one failed, is not supported, or none was chosen. `snapshots verify`: a file is damaged. A prompt broken off.",
    ),
    (2, "A mistake that the person can put right: the message says what, where, and what to do. Also a wrong flag or value."),
    (
        3,
        "`rtt check-return`: a check failed. `rtt return`: a check failed for which the return is sent back; the file is written.",
    ),
    (130, "Stopped with Ctrl-C. What was published before still stands."),
)
# Who may open each page, by the name of its view. Roles and what they may do stand on the same page.
WHO = {
    "sign_in": "anyone",
    "account_login": "anyone: the name by which django-allauth knows the sign-in page",
    "mfa_authenticate": "who has just given the right password and has a second factor",
    "openid_connect_login": "anyone, where a provider is set (POST)",
    "openid_connect_callback": "who began the sign-in at this browser",
    "sign_out": "whoever is signed in (POST)",
    "show_account": "whoever is signed in, one's own",
    "mfa_index": "whoever is signed in, one's own: the name by which django-allauth knows the account's page",
    "update_password": "whoever is signed in, one's own",
    "end_sign_ins": "whoever is signed in, one's own (POST)",
    "show_kept_text": "who was sending something when the sign-in ran out",
    "account_reauthenticate": "whoever is signed in with a password",
    "mfa_reauthenticate": "whoever is signed in and has a second factor",
    "mfa_activate_totp": "whoever is signed in and gave the password or a code within five minutes",
    "mfa_deactivate_totp": "the same",
    "mfa_view_recovery_codes": "the same",
    "mfa_generate_recovery_codes": "the same",
    "show_overview": "whoever is signed in, for the trusts whose measures they may see",
    "show_trust": "see_measures",
    "show_division": "see_measures",
    "show_service": "see_measures",
    "show_brief": "see_measures; the waits of patients need see_patients, recorded; small numbers of a trust not one's own are "
    "withheld",
    "show_brief_of": "see_measures; the waits of patients need see_patients, recorded; small numbers of a trust not one's own are "
    "withheld",
    "list_measures": "see_measures",
    "show_measure": "see_measures; small numbers of a trust not one's own are withheld",
    "show_change": "see_measures; parts with small numbers of a trust not one's own stand together",
    "show_range": "see_measures; small numbers of a trust not one's own are withheld, rates by flag are for see_patients",
    "show_trajectory": "see_measures",
    "add_trajectory": "edit_trajectories (POST)",
    "update_trajectory": "edit_trajectories (POST)",
    "delete_trajectory": "edit_trajectories (POST)",
    "list_alerts": "see_measures; small numbers of a trust not one's own have no alert; dismissing needs write_reviews",
    "update_alerts": "see_measures (POST), for oneself",
    "delete_alert": "write_reviews (POST)",
    "list_reviews": "see_measures",
    "show_trust_review": "see_measures; small numbers of a trust not one's own are left out",
    "show_service_review": "see_measures; small numbers of a trust not one's own are left out",
    "show_review": "see_measures; small numbers of a trust not one's own are left out",
    "show_narrative": "see_measures",
    "update_narrative": "write_reviews (POST)",
    "update_measure_owner": "write_reviews (POST)",
    "add_review_action": "write_reviews (POST)",
    "show_review_action": "see_measures",
    "update_review_action": "write_reviews (POST)",
    "show_recalculation": "see_measures",
    "add_recalculation": "decide_recalculations (POST)",
    "delete_recalculation": "decide_recalculations (POST)",
    "list_measure_rows": "see_measures; rows of patients need see_patients, format=csv or xlsx export_patients; then recorded",
    "show_number_lineage": "see_measures; the loads need see_loads; small numbers of a trust not one's own are withheld",
    "show_row_lineage": "see_patients; recorded",
    "list_worklists": "whoever is signed in",
    "show_worklist": "see_patients where its rows are patients, recorded; format=csv or xlsx needs export_patients",
    "show_family": "whoever is signed in, for the trusts whose measures they may see; numbers of patients' lists need see_patients",
    "show_cancer_steps": "see_measures; small numbers of a trust not one's own are withheld",
    "show_rooms": "see_measures",
    "show_activity": "see_measures",
    "list_theatre_lists": "see_measures; the cases of a list need see_patients",
    "show_clinics": "see_measures",
    "show_emergency": "see_measures; single patients need see_patients, recorded; small numbers of other trusts are withheld",
    "show_emergency_flow": "see_measures; small numbers of a trust not one's own are withheld",
    "show_beds": "see_measures; small numbers of a trust not one's own are withheld",
    "list_wards": "see_measures; small numbers of a trust not one's own are withheld",
    "show_ward": "see_patients; recorded",
    "list_published": "whoever is signed in: published figures are public",
    "show_published_dataset": "whoever is signed in: published figures are public",
    "show_comparison": "see_measures",
    "show_benchmark": "see_measures; other trusts' figures are published ones, ours those of the reader's trusts",
    "show_inequality": "see_measures; small numbers of a trust not one's own are withheld across the table",
    "list_access_records": "everybody their own records; with see_access_records those of the trust",
    "list_tokens": "whoever is signed in, one's own",
    "add_token": "whoever is signed in (POST), for what one may see oneself",
    "revoke_token": "whoever made it (POST)",
    "show_api": "anyone",
    "show_api_schema": "anyone",
    "show_api_schema_v1": "anyone",
    "show_no_such_call": "anyone: it says that there is no such call",
    "build_measure": "see_measures; 1 to 7 of a trust not one's own are withheld, other figures of it rounded to 5",
    "show_dictionary": "whoever is signed in",
    "show_dictionary_table": "whoever is signed in",
    "show_liveness": "anyone; it says only that the site answers",
    "show_readiness": "anyone; it says only whether database and snapshot can be read",
    "show_metrics": "this machine, the networks of CLOCKSTOP_METRICS_NETWORKS, and whoever sends CLOCKSTOP_METRICS_TOKEN",
    "show_help": "anyone",
    "show_definitions": "anyone",
    "show_accessibility_statement": "anyone",
    "list_pathways": "see_patients; format=csv or xlsx needs export_patients; recorded",
    "update_notes": "write_notes in every trust of the chosen pathways (POST)",
    "undo_note": "whoever wrote the change (POST)",
    "find_pathways": "see_patients; recorded, without what was typed",
    "show_pathway": "see_patients; recorded",
    "show_caller_words": "see_patients; recorded",
    "list_source_rows": "see_patients; recorded",
    "update_note": "write_notes",
    "show_rule": "whoever is signed in",
    "open_first_page": "whoever is signed in",
    "list_saved_views": "whoever is signed in, one's own and those shared with one's trusts",
    "add_saved_view": "whoever is signed in (POST); shared only with a trust that one sees",
    "update_first_page": "whoever is signed in (POST)",
    "delete_saved_view": "whoever saved it (POST)",
    "show_latest_return": "see_measures: the first of the reader's trusts",
    "show_return": "see_measures; figures below a part's total are for those cleared for the trust's patients, format=csv or xlsx "
    "needs export_patients; recorded",
    "list_packs": "whoever is signed in: the versions that they may open; making one needs make_packs",
    "add_pack": "make_packs (POST); small numbers are shown only to those cleared for the trust's patients",
    "show_pack_making": "whoever began it",
    "stop_pack_making": "whoever began it (POST)",
    "show_pack": "see_measures; one that shows small numbers needs see_patients; one of the group every trust's see_measures",
    "add_pack_format": "make_packs (POST), of a version that they may open",
    "show_pack_file": "as the version; recorded",
    "list_returns": "see_measures; what was published stands beside it for those cleared for the trust's patients",
    "show_national_return": "see_measures; figures by row are for those cleared for the trust's patients, format=csv or xlsx needs "
    "export_patients; recorded",
    "list_return_records": "see_patients, format=csv or xlsx export_patients; recorded",
    "show_dm01_return": "whoever is signed in: leads to the DM01 return",
    "show_validation": "see_patients; recorded; the row before one is claimed, and outcomes given, with validate",
    "show_validation_worksheet": "see_patients; recorded",
    "show_validation_yield": "see_measures, few withheld without see_patients; validators by name see_validators; format=csv or "
    "xlsx export_patients; recorded",
    "list_validation_corrections": "see_patients, without it totals by service; format=csv or xlsx export_patients; recorded",
    "add_validation_outcome": "validate (POST)",
    "skip_validation_row": "validate (POST)",
    "undo_validation_outcome": "validate, one's own last outcome (POST)",
    "start_validation_hour": "validate (POST)",
    "list_flags": "see_measures; small numbers are for those cleared for the trust's patients",
    "show_flag": "see_measures; the rows need see_patients, format=csv or xlsx export_patients; recorded where rows are shown",
    "show_kite_mark": "see_measures; small numbers are said to nobody",
    "add_sign_off": "sign_off (POST)",
    "delete_sign_off": "sign_off (POST)",
    "list_data_quality": "see_measures; small numbers are for those cleared for the trust's patients",
    "show_quality_dataset": "see_measures; small numbers are for those cleared for the trust's patients",
    "show_quality_rule": "see_measures; records, consultants and loads need see_patients, format=csv or xlsx export_patients; "
    "recorded where records are shown",
    "update_quality_records": "write_notes (POST), on records of patients whom the reader may see",
    "undo_quality_records": "whoever gave the answers (POST)",
    "list_loads": "see_loads",
    "show_load": "see_loads; the rows themselves need see_rows_set_aside; recorded where rows are shown",
    "show_list_comparison": "see_patients in a trust; format=csv or xlsx needs export_patients; recorded",
    "add_list_comparison": "POST; see_patients in a trust; recorded",
    "delete_list_comparison": "POST; the one of the own session",
    "list_set_aside": "see_rows_set_aside; format=csv or xlsx needs export_patients; recorded",
}


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


def _roles() -> str:
    rows = [
        (
            f"`{one.slug}`",
            one.title,
            "the group" if one.is_group else "a trust",
            _listed(name for name in PERMISSIONS if name in one.permissions),
        )
        for one in ROLES.values()
    ]
    words = [(f"`{name}`", says) for name, says in PERMISSIONS.items()]
    return "\n\n".join([
        "## Roles",
        table(("Role", "Title", "Held in", "May"), rows),
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
