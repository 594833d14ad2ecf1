"""The made-up samples of the demonstration: drawn as any sample is, and answered by the planted truth."""

from datetime import UTC, datetime, time

from clockstop.errors import UserError
from clockstop.store.home import Home

# So that the ranges of the demonstration have an interval; of the other flags nothing was sampled yet, and their pages say so.
FLAGS = ("no_next_step", "validation", "unflagged")
SIZE, SEED = 25, 6
BY = "sampler (made up)"


def sampled(home: Home) -> list:
    """The outcomes of the samples of every trust, not yet kept; the samples themselves are kept in the home."""
    from clockstop.answers.desk import Desk
    from clockstop.answers.scope import Scope
    from clockstop.registers.validation.reading import COLUMNS
    from clockstop.reports.drawing import draw
    from clockstop.synthetic.validation_outcomes import true_periods

    desk, found, nothing = Desk(home).refreshed(), [], COLUMNS.empty_table()
    for trust in sorted(desk.manifest.trusts):
        truth = home.demo / "extracts" / "truth" / trust / "periods.parquet"
        if not truth.is_file():
            continue
        periods = true_periods(truth)
        scope = Scope(trusts=frozenset({trust}), may_see_patients=frozenset({trust}), user="synthetic", role="")
        for flag in FLAGS:
            try:
                sample, chosen = draw(scope, desk, nothing, trust=trust, flag=flag, size=SIZE, seed=SEED)
            except UserError:  # a small group has no clock under some flag
                continue
            found += [_kept(row, periods, sample, desk.as_of) for row in chosen.to_pylist()]
    return found


def _kept(row: dict, periods: dict, sample, as_of):
    from clockstop.registers.validation.models import SAMPLE, ValidationOutcome
    from clockstop.synthetic.validation_outcomes import finding

    pathway, start = row["patient_pathway_identifier"], row["start_date"]
    code, day, other = finding(pathway, start, periods.get(pathway, ()), as_of)
    return ValidationOutcome(
        trust=row["trust"], patient_pathway_identifier=pathway, start_date=start, period_number=row["period_number"], code=code,
        right_date=day, other_pathway=other, note="Made up for the demonstration", flags=list(row["flags"]),
        evidence_signature=row["evidence_signature"], snapshot_id=sample.snapshot_id, as_of_date=as_of,
        days_waited=row["days_waited"], division=row["division"] or "", service=row["service"] or "",
        consultant=row["consultant"] or "", source=SAMPLE, sample=sample.name, team="Central validation", is_made_up=True,
        at=datetime.combine(as_of, time(18), UTC), by=None, by_name=BY,
    )  # fmt: skip
