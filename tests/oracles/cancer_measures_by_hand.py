"""Every cancer measure by plain functions of a row, for oracles.fact_measures_by_hand: the twin of measures/catalogue/cancer.py."""


def _ended(standard):
    return lambda row: row["standard"] == standard and row["is_counted"] is True


def _days(row, name):
    return None if row[name] is None or row["start_date"] is None else (row[name] - row["start_date"]).days


def _share(standard, also=lambda row: True, is_met=None, is_weighted=False):
    is_met = is_met or (lambda row: row["within_share"] > 0)

    def of_row(row, end):
        if not (_ended(standard)(row) and also(row)):
            return (0.0, 0.0)
        weight = row["treated_share"] if is_weighted else 1.0
        return (weight if is_met(row) else 0.0, weight)

    return (of_row, "end_date")


def _on_list(row, end):
    """The 62 days run here at the end of that day."""
    started = row["start_date"] is not None and row["start_date"] <= end
    gone = [day for day in (row["end_date"], row["responsibility_passed_date"]) if day is not None and day <= end]
    arrived = row["received_here_date"] is None or row["received_here_date"] <= end
    return row["standard"] == "d62" and started and not gone and arrived


def _deducted(row, end):
    """What is deducted by then: the days before a treatment once that delay has begun, nothing where all is rejected."""
    if not row["adjustment_days"]:
        return 0
    began = row["treatment_delay_start_date"] or row["decided_to_treat_date"]
    paused = began is not None and began <= end
    return row["first_seen_adjustment_days"] + (row["treatment_adjustment_days"] if paused else 0)


def _waiting(truth):
    def of_row(row, end):
        if not _on_list(row, end):
            return (0.0, 0.0)
        net = (end - row["start_date"]).days - _deducted(row, end)
        decided = row["decided_to_treat_date"] is not None and row["decided_to_treat_date"] <= end
        return (float(truth(net, decided)), 1.0)

    return (of_row, "")


def _mean(day):
    def of_row(row, end):
        days = _days(row, day)
        counts = row["standard"] == "d62" and days is not None and days >= 0
        return (float(days), 1.0) if counts else (0.0, 0.0)

    return (of_row, day)


def _later(modality=None):
    return lambda row: row["is_first_treatment"] is False and modality in (None, row["modality"])


def _first_seen(row):
    days = _days(row, "date_first_seen")
    return days is not None and days - row["first_seen_adjustment_days"] <= 14


RARE = ("acute_leukaemia", "testicular", "childrens")
SAID = {
    "cancer_fds_28_day": _share("fds28"),
    "cancer_31_day": _share("d31"),
    "cancer_31_day_first": _share("d31", lambda row: row["is_first_treatment"] is True),
    "cancer_31_day_subsequent": _share("d31", _later()),
    **{f"cancer_31_day_subsequent_{name}": _share("d31", _later(name)) for name in ("surgery", "drugs", "radiotherapy")},
    "cancer_62_day": _share("d62", is_weighted=True),
    **{
        f"cancer_62_day_{route}": _share("d62", lambda row, route=route: row["route"] == route, is_weighted=True)
        for route in ("urgent_suspected", "breast_symptomatic", "screening", "upgrade")
    },
    "cancer_rare_31_days_from_referral": _share(
        "d62", lambda row: row["cancer_site"] in RARE, lambda row: row["days_waited"] <= 31, is_weighted=True
    ),
    "cancer_treatments": _share("d31", is_met=lambda row: True),
    "cancer_treated_62_day": _share("d62", is_met=lambda row: True, is_weighted=True),
    "cancer_treated_over_62": _share("d62", is_met=lambda row: row["breach_share"] > 0, is_weighted=True),
    "cancer_treated_over_104": _share("d62", is_met=lambda row: row["is_over_104"], is_weighted=True),
    "cancer_ptl": _waiting(lambda net, decided: True),
    "cancer_62_day_backlog": _waiting(lambda net, decided: net > 62),
    "cancer_62_day_backlog_share": _waiting(lambda net, decided: net > 62),
    "cancer_over_104_waiting": _waiting(lambda net, decided: net > 104),
    "cancer_ptl_band_0_28": _waiting(lambda net, decided: 0 <= net <= 28),
    "cancer_ptl_band_29_62": _waiting(lambda net, decided: 29 <= net <= 62),
    "cancer_ptl_band_63_104": _waiting(lambda net, decided: 63 <= net <= 104),
    "cancer_ptl_with_decision": _waiting(lambda net, decided: decided),
    "cancer_backlog_with_decision": _waiting(lambda net, decided: net > 62 and decided),
    "cancer_days_to_first_seen": _mean("date_first_seen"),
    "cancer_days_to_told": _mean("told_date"),
    "cancer_days_to_treatment": _mean("treatment_start_date_cancer"),
    "cancer_conversion_rate": _share("fds28", lambda row: row["route"] == "urgent_suspected", lambda row: row["is_cancer"]),
    "cancer_detection_rate": _share(
        "d31", lambda row: row["is_first_treatment"] is True, lambda row: row["route"] == "urgent_suspected"
    ),
    "cancer_first_seen_14_days": _share("fds28", lambda row: row["date_first_seen"] is not None, _first_seen),
}
