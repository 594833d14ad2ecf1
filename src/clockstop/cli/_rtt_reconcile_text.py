"""A return beside the published one, as people read it in a terminal and as programs do."""

import json
from dataclasses import asdict
from pathlib import Path

from clockstop.rules.rtt_return_rows import PART_CODES, PART_TITLES

MOST_SHOWN = 40


def reconcile_text(found, out: Path | None) -> str:
    """Part by part, function by function where they differ, and what explains it."""
    ours = found.ours
    lines = [
        f"{ours.trust_name} ({ours.trust}), {ours.month.name}: our return beside the one {found.published_title}.",
        f"Ours is of snapshot {ours.snapshot_id} as of {ours.as_of.isoformat()}.",
        "",
        f"{'Part':<54}{'ours':>10}{'published':>12}{'difference':>12}",
    ]
    for part, (own, theirs) in found.totals.items():
        lines.append(f"{PART_CODES[part]:<8}{PART_TITLES[part]:<46}{own:>10,}{theirs:>12,}{own - theirs:>+12,}")
    differ = [one for one in found.functions if one.difference]
    lines += ["", f"{len(differ)} figures of functions differ:" if differ else "No function differs."]
    for one in differ:
        lines.append(f"  {PART_CODES[one.part]:<8}{one.treatment_function:<7}{one.ours:>9,}{one.theirs:>9,}{one.difference:>+9,}")
    if found.explanations:
        lines += ["", "What explains them, as far as the data allow:"]
    for one in found.explanations[:MOST_SHOWN]:
        named = f" {', '.join(one.pathways[:5])}{' ...' if len(one.pathways) > 5 else ''}" if one.pathways else ""
        lines.append(f"  {PART_CODES[one.part]:<8}{one.treatment_function:<7}{one.says}{named}")
    if len(found.explanations) > MOST_SHOWN:
        lines.append(f"  ... and {len(found.explanations) - MOST_SHOWN:,} more; --format json has them all.")
    return "\n".join([*lines, *(["", f"Written: {out}"] if out else [])])


def reconcile_values(found, out: Path | None) -> str:
    """The whole answer for a program."""
    ours = found.ours
    return json.dumps(
        {
            "trust": ours.trust,
            "month": ours.month.name,
            "snapshot_id": ours.snapshot_id,
            "published": found.published_title,
            "file": str(out) if out else None,
            "totals": {part: {"ours": own, "published": theirs} for part, (own, theirs) in found.totals.items()},
            "functions": [_cell(one) for one in found.functions],
            "bands": [_cell(one) for one in found.bands if one.difference],
            "explanations": [asdict(one) for one in found.explanations],
        },
        indent=1,
    )


def _cell(one) -> dict:
    return {
        "part": one.part,
        "treatment_function": one.treatment_function,
        "band": one.band,
        "ours": one.ours,
        "published": one.theirs,
        "difference": one.difference,
    }
