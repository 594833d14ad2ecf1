"""RTT-R52: the point of delivery of a waiting-list row."""

from datetime import date

from clockstop.rules.rtt_point_of_delivery import point_of_delivery


def test_each_row_has_its_point_of_delivery(spec):
    """Invalid start first; then the admitted list by intention; then whether a first activity belongs to this clock."""
    rows = """
        waiting_list_type | start_date | intended_management_code | first_activity_date
        ------------------+------------+--------------------------+--------------------
        ORTT              |            |                          |
        ORTT              | 1900-01-01 |                          |
        IRTT              | 2026-09-28 | 2                        |
        IRTT              | 2026-06-01 | 2                        |
        IRTT              | 2026-06-02 | 4                        |
        IRTT              | 2026-06-01 | 1                        |
        IRTT              | 2026-06-01 | 3                        |
        IRTT              | 2026-06-01 | 5                        |
        IRTT              | 2026-06-01 |                          | 2026-07-01
        IRTT              | 2026-06-01 | 9                        |
        ORTT              | 2026-06-01 |                          |
        ORTT              | 2026-06-01 |                          | 2026-05-31
        ORTT              | 2026-06-01 |                          | 2026-06-01
        ORTT              | 2026-06-01 | 2                        | 2026-09-27
        ORTT              | 2026-06-01 |                          | 2026-09-28
        PLN               | 2026-06-01 |                          |
    """
    expect = """
        waiting_list_type | start_date | intended_management_code | first_activity_date | pod_name
        ------------------+------------+--------------------------+---------------------+---------------
        ORTT              |            |                          |                     | invalid
        ORTT              | 1900-01-01 |                          |                     | invalid
        IRTT              | 2026-09-28 | 2                        |                     | invalid
        IRTT              | 2026-06-01 | 2                        |                     | Day Case
        IRTT              | 2026-06-02 | 4                        |                     | Day Case
        IRTT              | 2026-06-01 | 1                        |                     | Ordinary
        IRTT              | 2026-06-01 | 3                        |                     | Ordinary
        IRTT              | 2026-06-01 | 5                        |                     | Ordinary
        IRTT              | 2026-06-01 |                          | 2026-07-01          | Other Admitted
        IRTT              | 2026-06-01 | 9                        |                     | Other Admitted
        ORTT              | 2026-06-01 |                          |                     | 1st OP
        ORTT              | 2026-06-01 |                          | 2026-05-31          | 1st OP
        ORTT              | 2026-06-01 |                          | 2026-06-01          | FU OP
        ORTT              | 2026-06-01 | 2                        | 2026-09-27          | FU OP
        ORTT              | 2026-06-01 |                          | 2026-09-28          | 1st OP
        PLN               | 2026-06-01 |                          |                     |
    """

    def pod(rows, census):
        return rows.mutate(pod_name=point_of_delivery(
            waiting_list_type=rows.waiting_list_type, start_date=rows.start_date, census=census,
            intended_management_code=rows.intended_management_code, first_activity_date=rows.first_activity_date))  # fmt: skip

    spec(pod, rows, "2026-09-27", expect=expect)


def test_plain_values_are_the_same_rule():
    """One row answers as a column does."""
    row = {"waiting_list_type": "ORTT", "intended_management_code": None, "census": date(2026, 9, 27)}
    assert point_of_delivery(start_date=date(2026, 6, 1), first_activity_date=date(2026, 6, 1), **row) == "FU OP"
    assert point_of_delivery(start_date=None, first_activity_date=None, **row) == "invalid"
