"""Who may open what: the one table of every view and every role; pages of the docs are written from it and a test walks it.

Each view has a line. Before its first `;`, `,` or `:` it says who: `anyone`, `whoever` (is signed in: what is shown is the person's
own, or public), or a permission in the trust that the page is of. `see_patients with identity` leaves out roles that see
pseudonymised rows, `of the whole trust` memberships of some services; `in the own trusts` says that the address names no trust, or
a thing of one: what is of another trust is not there. `(POST)` says that the view changes something. The rest is for people. Of the
calls of the API their `x-who` says the same in the same words.
"""

import re
from dataclasses import dataclass

from clockstop.accounts.roles import IDENTIFIABLE, PERMISSIONS, ROLES, class_of

ANYONE, SIGNED_IN = "anyone", "signed in"
# What a role may do at an address of one trust: where it is held, everywhere, nowhere.
OWN, EVERY, REFUSED = "own trust", "every trust", "refused"
MARKS = {OWN: "own", EVERY: "every", REFUSED: "-"}
WHO = {
    "sign_in": "anyone",
    "account_login": "anyone; the name by which django-allauth knows the sign-in page",
    "mfa_authenticate": "anyone; for who has just given the right password and has a second factor",
    "openid_connect_login": "anyone; where a provider is set (POST)",
    "openid_connect_callback": "anyone; for who began the sign-in at this browser",
    "sign_out": "whoever is signed in (POST)",
    "show_account": "whoever is signed in, one's own",
    "mfa_index": "whoever is signed in, one's own: the name by which django-allauth knows the account's page",
    "update_password": "whoever is signed in, one's own",
    "end_sign_ins": "whoever is signed in, one's own (POST)",
    "show_kept_text": "whoever is signed in; for who was sending something when the sign-in ran out",
    "account_reauthenticate": "whoever is signed in with a password",
    "mfa_reauthenticate": "whoever is signed in and has a second factor",
    "mfa_activate_totp": "whoever is signed in and gave the password or a code within five minutes",
    "mfa_deactivate_totp": "whoever is signed in and gave the password or a code within five minutes",
    "mfa_view_recovery_codes": "whoever is signed in and gave the password or a code within five minutes",
    "mfa_generate_recovery_codes": "whoever is signed in and gave the password or a code within five minutes",
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
    "update_alerts": "see_measures in the own trusts (POST), for oneself",
    "delete_alert": "write_reviews in the own trusts (POST)",
    "list_reviews": "see_measures in the own trusts",
    "show_trust_review": "see_measures; small numbers of a trust not one's own are left out",
    "show_service_review": "see_measures; small numbers of a trust not one's own are left out",
    "show_review": "see_measures; small numbers of a trust not one's own are left out",
    "show_narrative": "see_measures",
    "update_narrative": "write_reviews (POST)",
    "update_measure_owner": "write_reviews (POST)",
    "add_review_action": "write_reviews (POST)",
    "show_review_action": "see_measures",
    "update_review_action": "write_reviews (POST); an action about a patient write_notes",
    "show_my_work": "whoever is signed in: actions of their trusts; rows about patients need see_patients with identity, recorded, "
    "format=csv or xlsx export_patients",
    "update_my_work": "whoever is signed in (POST): actions need write_reviews, those about patients and next steps write_notes",
    "undo_my_work": "whoever made the change, and may still write there (POST)",
    "add_work_sheet": "whoever is signed in (POST): each record as update_my_work",
    "update_work_names": "whoever is signed in, one's own (POST)",
    "show_recalculation": "see_measures",
    "add_recalculation": "decide_recalculations (POST)",
    "delete_recalculation": "decide_recalculations (POST)",
    "list_measure_rows": "see_patients; format=csv or xlsx needs export_patients; rows of patients are recorded",
    "show_number_lineage": "see_measures; the loads need see_loads; small numbers of a trust not one's own are withheld",
    "show_row_lineage": "see_patients of the whole trust with identity; recorded",
    "list_worklists": "whoever is signed in",
    "show_worklist": "see_patients where its rows are patients, recorded; format=csv or xlsx needs export_patients",
    "show_family": "whoever is signed in, for the trusts whose measures they may see; numbers of patients' lists need see_patients",
    "show_cancer_steps": "see_measures; small numbers of a trust not one's own are withheld",
    "show_rooms": "see_measures",
    "show_activity": "see_measures",
    "list_theatre_lists": "see_measures; the cases of a list need see_patients, recorded",
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
    "list_access_alerts": "see_access_records in the own trusts",
    "update_access_alert": "see_access_records in the own trusts (POST); nobody settles an alert about themselves",
    "update_own_number": "whoever is signed in (POST), one's own",
    "add_print": "whoever is signed in (POST), of what they looked at",
    "add_opened_pathway": "break_glass; the pathway of a reason is open for an hour, recorded, and governance is told",
    "list_access_records": "whoever is signed in: their own records; with see_access_records those of the trust",
    "list_people": "manage_people",
    "add_membership": "manage_people (POST); never for oneself, and no class of data beyond the role's",
    "delete_membership": "manage_people (POST); never one's own",
    "delete_person": "manage_people (POST); never oneself",
    "list_tokens": "whoever is signed in, one's own",
    "add_token": "whoever is signed in (POST), for what one may see oneself",
    "revoke_token": "whoever made it (POST)",
    "show_api": "anyone",
    "show_api_schema": "anyone",
    "show_api_schema_v1": "anyone",
    "show_no_such_call": "anyone; it says that there is no such call",
    "build_measure": "see_measures in the own trusts; 1 to 7 of a trust not one's own are withheld, other figures of it rounded "
    "to 5",
    "show_dictionary": "whoever is signed in",
    "show_dictionary_table": "whoever is signed in",
    "show_liveness": "anyone; it says only that the site answers",
    "show_readiness": "anyone; it says only whether database and snapshot can be read",
    "show_metrics": "anyone at this machine, the networks of CLOCKSTOP_METRICS_NETWORKS, and whoever sends CLOCKSTOP_METRICS_TOKEN",
    "show_help": "anyone",
    "show_definitions": "anyone",
    "show_accessibility_statement": "anyone",
    "list_pathways": "see_patients; format=csv or xlsx needs export_patients; recorded",
    "update_notes": "write_notes in every trust of the chosen pathways (POST)",
    "undo_note": "whoever wrote the change (POST)",
    "find_pathways": "see_patients in the own trusts; recorded, without what was typed",
    "show_pathway": "see_patients; recorded",
    "show_caller_words": "see_patients; recorded",
    "list_source_rows": "see_patients with identity; recorded",
    "update_note": "write_notes",
    "add_pathway_action": "write_notes (POST)",
    "show_rule": "whoever is signed in",
    "open_first_page": "whoever is signed in",
    "list_saved_views": "whoever is signed in, one's own and those shared with one's trusts",
    "add_saved_view": "whoever is signed in (POST); shared only with a trust that one sees",
    "update_first_page": "whoever is signed in (POST)",
    "delete_saved_view": "whoever saved it (POST)",
    "show_latest_return": "see_measures: the first of the reader's trusts",
    "show_return": "see_measures; figures below a part's total are for those cleared for the trust's patients, format=csv or xlsx "
    "needs export_patients; recorded",
    "list_jobs": "whoever is signed in: the jobs that they asked for; refreshes need see_loads",
    "add_refresh": "see_rows_set_aside in the own trusts (POST); information analysts",
    "stop_job": "whoever asked for the job; a refresh, who may ask for one (POST)",
    "list_packs": "whoever is signed in: the versions that they may open; making one needs make_packs",
    "add_pack": "make_packs (POST); small numbers are shown only to those cleared for the trust's patients",
    "show_pack_making": "whoever began it",
    "stop_pack_making": "whoever began it (POST)",
    "show_pack": "see_measures; one that shows small numbers needs see_patients; one of the group every trust's see_measures",
    "add_pack_format": "make_packs in the own trusts (POST), of a version that they may open",
    "show_pack_file": "see_measures; as the version; recorded",
    "list_returns": "see_measures; what was published stands beside it for those cleared for the trust's patients",
    "show_national_return": "see_measures; figures by row are for those cleared for the trust's patients, format=csv or xlsx needs "
    "export_patients; recorded",
    "list_return_records": "see_patients of the whole trust with identity, format=csv or xlsx export_patients; recorded",
    "show_dm01_return": "whoever is signed in: leads to the DM01 return",
    "show_validation": "see_patients with identity; recorded; the row before one is claimed, and outcomes given, with validate",
    "show_validation_worksheet": "see_patients with identity; recorded",
    "show_validation_yield": "see_measures, few withheld without see_patients; validators by name see_validators; format=csv or "
    "xlsx export_patients; recorded",
    "list_validation_corrections": "see_measures; rows need see_patients of the whole trust with identity, without it totals by "
    "service; format=csv or xlsx export_patients; recorded",
    "add_validation_outcome": "validate in the own trusts (POST)",
    "skip_validation_row": "validate in the own trusts (POST)",
    "undo_validation_outcome": "validate in the own trusts, one's own last outcome (POST)",
    "start_validation_hour": "validate (POST)",
    "list_flags": "see_measures; small numbers are for those cleared for the trust's patients",
    "show_flag": "see_measures; the rows need see_patients, format=csv or xlsx export_patients; recorded where rows are shown",
    "show_kite_mark": "see_measures; small numbers are said to nobody",
    "add_sign_off": "sign_off (POST)",
    "delete_sign_off": "sign_off (POST)",
    "list_data_quality": "see_measures; small numbers are for those cleared for the trust's patients",
    "show_quality_dataset": "see_measures; small numbers are for those cleared for the trust's patients",
    "show_quality_rule": "see_measures in the own trusts; records, consultants and loads need see_patients, format=csv or xlsx "
    "export_patients; "
    "recorded where records are shown",
    "update_quality_records": "write_notes in the own trusts (POST), on records of patients whom the reader may see",
    "undo_quality_records": "whoever gave the answers (POST)",
    "list_loads": "see_loads",
    "show_load": "see_loads; the rows themselves need see_rows_set_aside; recorded where rows are shown",
    "show_list_comparison": "see_patients in the own trusts of the whole trust with identity; format=csv or xlsx needs "
    "export_patients; recorded",
    "add_list_comparison": "see_patients in the own trusts of the whole trust with identity (POST); recorded",
    "delete_list_comparison": "whoever is signed in (POST), the one of the own session",
    "list_set_aside": "see_rows_set_aside; format=csv or xlsx needs export_patients; recorded",
}
_CLAUSE = re.compile(r"[;,:]")


class Undeclared(ValueError):
    """A line that says for whom a view is in words of its own."""


@dataclass(frozen=True)
class Access:
    """Whom a view is for: `ANYONE`, whoever is `SIGNED_IN`, or a permission, perhaps with the patients' identity.

    `is_of_own`: it shows what there is of the reader's own trusts, and nothing of another to be refused.
    """

    needs: str
    with_identity: bool = False
    is_post: bool = False
    is_of_own: bool = False


def access_of(who: str) -> Access:
    """The line of a view as it is kept to; `Undeclared` where it does not begin as it should.

    >>> access_of("see_patients with identity; recorded"), access_of("anyone; it says only that the site answers").needs
    (Access(needs='see_patients', with_identity=True, is_post=False, is_of_own=False), 'anyone')
    """
    clause = _CLAUSE.split(who)[0].strip()
    first, is_post = clause.split()[0] if clause else "", "(POST)" in who
    if first == "anyone":
        return Access(ANYONE, is_post=is_post)
    if first == "whoever":
        return Access(SIGNED_IN, is_post=is_post)
    if first not in PERMISSIONS:
        raise Undeclared(f"This does not begin with anyone, whoever or a permission: {who}")
    return Access(first, "with identity" in clause, is_post, "in the own trusts" in clause)


def place_of(access: Access, role: str) -> str:
    """Where a role may do it: in every trust, in its own, or nowhere. What needs no permission is not of a trust: everywhere.

    >>> place_of(access_of("see_patients"), "service_manager"), place_of(access_of("see_measures"), "group_viewer")
    ('own trust', 'every trust')
    >>> place_of(access_of("see_patients"), "administrator"), place_of(access_of("see_patients with identity"), "director")
    ('refused', 'refused')
    """
    if access.needs in (ANYONE, SIGNED_IN):
        return EVERY
    held = ROLES[role]
    if access.needs not in held.permissions or (access.with_identity and class_of(role) != IDENTIFIABLE):
        return REFUSED
    return EVERY if held.is_group else OWN


def mark_of(access: Access, role: str) -> str:
    """The same as the table of the docs has it."""
    return MARKS[place_of(access, role)]
