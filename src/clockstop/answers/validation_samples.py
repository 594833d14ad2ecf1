"""The frame from which a sample of doubtful clocks is drawn, and what a validator needs to see of each that was."""

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from clockstop.answers.desk import Desk
from clockstop.answers.doubtful import BY_URGENCY, CLOCK, open_clocks
from clockstop.answers.quality import flag as flag_of
from clockstop.answers.quality import flags_of
from clockstop.answers.scope import Scope
from clockstop.answers.validation_evidence import signatures
from clockstop.errors import UnknownName, UserError
from clockstop.insight.sampling import drawn
from clockstop.insight.validation_rates import UNFLAGGED

# What is kept of a drawn clock beside its key: what a validator is shown, and what the outcome is said to be about.
SHOWN = (
    "period_number", "local_patient_identifier", "days_waited", "division", "service", "consultant", "last_event_type",
    "last_event_date", "next_event_type", "next_event_date", "decided_to_admit_date", "tci_date", "last_pas_validation_date",
)  # fmt: skip


def known_flag(slug: str) -> str:
    """The slug of a flag that a sample can be drawn of, by slug or number, or `unflagged`."""
    if slug == UNFLAGGED:
        return slug
    found = flag_of(slug).slug
    if found not in BY_URGENCY or found == "return_differs":
        raise UnknownName(f"The flag {found} compares totals and has no pathways.", do="Draw a sample of another flag.")
    return found


def frame_of(scope: Scope, desk: Desk, outcomes: pa.Table, *, trust: str, flag: str) -> pa.Table:
    """Every open clock of the trust under the flag that no outcome has settled: what can be drawn.

    `flag` of a row is the one that the clock is counted under, which may be a more urgent one; `flags` are all of them.
    """
    scope.require_patients(trust)
    rows = desk.kept_beside(outcomes, "samples", "open clocks", lambda: _unsettled(desk, outcomes))
    told = rows["flags"].to_pylist()
    under = [not slugs if flag == UNFLAGGED else flag in slugs for slugs in told]
    return rows.filter(pc.and_(pc.equal(rows["trust"], trust), pa.array(under, pa.bool_())))


def _unsettled(desk: Desk, outcomes: pa.Table) -> pa.Table:
    """Every open clock of every trust that no outcome has settled: the query takes longer to write than to run."""
    rows = open_clocks(desk, outcomes)
    no_flags = ibis.literal([], type="array<string>")
    rows = rows.filter(~rows.is_settled).select(*CLOCK, *SHOWN, "flag", flags=rows.slugs.fill_null(no_flags))
    return desk.rows(rows.order_by(list(CLOCK)))


def sample_of(frame: pa.Table, *, size: int, seed: int, trust: str, flag: str) -> pa.Table:
    """The clocks drawn, in the order of the worksheet; `UserError` where there are none."""
    if not frame.num_rows:
        raise UserError(
            f"No open clock of {trust} under {flag} is left to check.",
            where="The current snapshot, without those that an outcome has settled.",
            do="Choose another flag: clockstop rtt flags --org " + trust,
        )
    return drawn(frame, size=size, seed=seed, key=list(CLOCK))


def evidence_of(scope: Scope, desk: Desk, chosen: pa.Table) -> list[str]:
    """For each clock drawn its flags in words, each with what was found."""
    keys = list(zip(chosen["trust"].to_pylist(), chosen["patient_pathway_identifier"].to_pylist(), strict=True))
    found = flags_of(scope, desk, keys)
    return ["; ".join(f"{flag.name}: {says}" if says else flag.name for flag, says in found.get(key, [])) for key in keys]


def signed(scope: Scope, desk: Desk, chosen: pa.Table) -> pa.Table:
    """The clocks drawn with `evidence_signature`: what was known of each when it was drawn, so that a change of it can be told."""
    keys = list(zip(chosen["trust"].to_pylist(), chosen["patient_pathway_identifier"].to_pylist(), strict=True))
    found = signatures(scope, desk, set(keys))
    return chosen.append_column("evidence_signature", pa.array([found[key] for key in keys], pa.string()))
