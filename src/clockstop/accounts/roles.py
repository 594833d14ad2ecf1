"""Roles: classes that list permissions. A person has a role in a trust, or in the group."""

from clockstop.errors import UnknownName

SEE_MEASURES = "see_measures"
SEE_PATIENTS = "see_patients"
EXPORT_PATIENTS = "export_patients"
WRITE_NOTES = "write_notes"
EDIT_TRAJECTORIES = "edit_trajectories"
SEE_LOADS = "see_loads"
SEE_ROWS_SET_ASIDE = "see_rows_set_aside"
SEE_ACCESS_RECORDS = "see_access_records"
VALIDATE = "validate"
SEE_VALIDATORS = "see_validators"
SIGN_OFF = "sign_off"
WRITE_REVIEWS = "write_reviews"
DECIDE_RECALCULATIONS = "decide_recalculations"
MAKE_PACKS = "make_packs"

PERMISSIONS = {
    SEE_MEASURES: "see the measures",
    SEE_PATIENTS: "see single patients' pathways",
    EXPORT_PATIENTS: "take lists of patients out of Clockstop",
    WRITE_NOTES: "write owners, next steps and comments",
    EDIT_TRAJECTORIES: "set the trust's own plan for a measure, month by month",
    SEE_LOADS: "see loads and their receipts",
    SEE_ROWS_SET_ASIDE: "see and download the rows that were set aside",
    SEE_ACCESS_RECORDS: "see who looked at what",
    VALIDATE: "give validation outcomes on clocks, and take their own back",
    SEE_VALIDATORS: "see what each validator of the trust has found, by name",
    SIGN_OFF: "sign a month's measure of the trust as right, and take a signature back",
    WRITE_REVIEWS: "write narratives, actions and owners for the trust's performance reviews, and dismiss its alerts",
    DECIDE_RECALCULATIONS: "accept or refuse new limits of the trust's charts, and take such a decision back",
    MAKE_PACKS: "make performance packs of the trust, and stop one that is being made",
}


class GroupOperationsDirector:
    """Sees every trust's measures and no trust's patients: each trust's patient-level data are its own."""

    slug = "group_operations_director"
    title = "Operations director"
    is_group = True
    permissions = frozenset({SEE_MEASURES, SEE_LOADS, MAKE_PACKS})


class GroupViewer:
    """Reads every trust's measures."""

    slug = "group_viewer"
    title = "Group viewer"
    is_group = True
    permissions = frozenset({SEE_MEASURES})


class ServiceManager:
    """Runs services of one trust: its measures, its patients, and the notes on them."""

    slug = "service_manager"
    title = "Service manager"
    is_group = False
    permissions = frozenset(
        {
            SEE_MEASURES,
            SEE_PATIENTS,
            EXPORT_PATIENTS,
            WRITE_NOTES,
            EDIT_TRAJECTORIES,
            SEE_LOADS,
            VALIDATE,
            SEE_VALIDATORS,
            SIGN_OFF,
            WRITE_REVIEWS,
            DECIDE_RECALCULATIONS,
            MAKE_PACKS,
        }
    )


class ValidationClerk:
    """Checks the clocks of one trust and says what is true of them; sees the own yield and the team's, nobody else's by name."""

    slug = "validation_clerk"
    title = "Validation clerk"
    is_group = False
    permissions = frozenset({SEE_MEASURES, SEE_PATIENTS, WRITE_NOTES, VALIDATE})


class InformationAnalyst:
    """Answers for the data of one trust: its loads and the rows set aside, its patients, and who looked at them."""

    slug = "information_analyst"
    title = "Information analyst"
    is_group = False
    permissions = frozenset(
        {
            SEE_MEASURES,
            SEE_PATIENTS,
            EXPORT_PATIENTS,
            WRITE_NOTES,
            EDIT_TRAJECTORIES,
            SEE_LOADS,
            SEE_ROWS_SET_ASIDE,
            SEE_ACCESS_RECORDS,
            VALIDATE,
            SEE_VALIDATORS,
            SIGN_OFF,
            WRITE_REVIEWS,
            DECIDE_RECALCULATIONS,
            MAKE_PACKS,
        }
    )


ROLES = {role.slug: role for role in (GroupOperationsDirector, GroupViewer, ServiceManager, ValidationClerk, InformationAnalyst)}


def role(slug: str):
    """The role of that slug; `UnknownName` lists those that exist."""
    if slug not in ROLES:
        raise UnknownName(f"There is no role {slug!r}.", where=f"The roles are: {', '.join(ROLES)}.", do="Give one of these.")
    return ROLES[slug]
