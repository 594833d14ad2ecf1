"""Every figure of a national return that differs from what was published, as a file."""

import csv
from io import StringIO
from pathlib import Path

from clockstop.answers.national_reconciliation import FigureBeside, Reconciled
from clockstop.errors import UnreadableFile
from clockstop.intake.set_aside import safe_cell


def differences_csv(found: Reconciled) -> str:
    """A line a figure that differs: where it stands, ours, published, and what each reason makes of the difference."""
    slugs = list(dict.fromkeys(one.reason for one in found.told))
    text = StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(
        ["sheet", "row", "column", "key", "cut", "ours", "published", "difference", *slugs, "unexplained", "published_at"]
    )
    for one in found.differing:
        place = [safe_cell(cell) for cell in (one.sheet, one.row, one.column, one.key, one.cut)]
        parts = [round(one.reasons.get(slug, 0.0), 4) for slug in slugs]
        differs, left = round(one.difference, 4), round(one.unexplained, 4)
        lines.writerow([*place, one.ours, one.published, differs, *parts, left, safe_cell(one.place)])
    return text.getvalue()


def write_differences(file: Path, found: Reconciled) -> None:
    """Write the figures that differ; a file of that name is replaced whole."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(differences_csv(found), "utf-8")
    except OSError as error:
        raise UnreadableFile(
            "The file cannot be written.", where=f"{file}: {error.strerror}", do="Name a file in a folder that may be written."
        ) from None


def reasons_by_row(found: Reconciled) -> list[tuple[str, str, float, bool]]:
    """Each reason told of a row: the row, the reason, the share of its records that fits, and whether it fits exactly."""
    return [(one.cut, one.reason, one.share, one.is_exact) for one in found.told]


def totals(found: Reconciled) -> list[FigureBeside]:
    """The figures of the trust as a whole, each once; of a return without such a row every figure."""
    whole = [one for one in found.figures if not one.cut]
    return whole or list(found.figures)
