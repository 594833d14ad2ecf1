"""RTT-R46: under which treatment function a pathway is reported."""

from datetime import date

from clockstop.rules import treatment_functions as rule
from clockstop.rules.treatment_function_names import TREATMENT_FUNCTION_NAMES


def test_the_roll_up(spec):
    """Singles, those folded into a single, and all others by group; what no list names is Other."""
    pathways = """
        activity_treatment_function_code | meaning
        ---------------------------------+--------------------------
        100                              | a single
        108                              | spinal folds into 110
        145                              | folds into 140
        172                              | cardiac folds into 170
        320                              | cardiology is a single
        303                              | other medical
        420                              | medical by the code list
        711                              | mental health
        321                              | paediatric cardiology
        161                              | burns
        812                              | imaging
        777                              | in no list
                                         | not given
    """
    expect = """
        meaning                  | service
        -------------------------+--------
        a single                 | C_100
        spinal folds into 110    | C_110
        folds into 140           | C_140
        cardiac folds into 170   | C_170
        cardiology is a single   | C_320
        other medical            | X02
        medical by the code list | X02
        mental health            | X03
        paediatric cardiology    | X04
        burns                    | X05
        imaging                  | X06
        in no list               | X06
        not given                | X06
    """
    spec(lambda rows: rows.mutate(service=rule.reported_function(rows.activity_treatment_function_code)), pathways, expect=expect)


def test_every_code_is_the_same_plain_and_in_a_column(engine):
    """One declared table stands behind both forms."""
    import pyarrow as pa

    codes = sorted({*TREATMENT_FUNCTION_NAMES, *rule.roll_up(), "999", " 100 "})
    rows = engine.memory(pa.table({"code": codes}))
    got = engine.rows(rows.select("code", service=rule.reported_function(rows.code))).to_pylist()
    assert {row["code"]: row["service"] for row in got} == {code: rule.reported_function(code) for code in codes}


def test_no_code_stands_twice():
    """A code is reported in one place only."""
    singles = [function[2:] for function in rule.REPORTED_FUNCTIONS if function.startswith("C_")]
    others = [code for ranges in (rule.FOLDED_FUNCTIONS | rule.GROUPED_FUNCTIONS).values() for code in rule.listed_codes(ranges)]
    listed = [*singles, *others, *(row.code for row in rule.UNSETTLED_MEMBERSHIPS)]
    assert len(listed) == len(set(listed))
    assert set(TREATMENT_FUNCTION_NAMES) <= set(listed)


def test_an_unsettled_membership_holds_from_its_date():
    """191 and 834 are configuration: a later row changes the function from its day on, and not before."""
    moved = rule.Membership(code="191", reported_as="X05", holds_from=date(2027, 4, 1), why="moved")
    rows = (*rule.UNSETTLED_MEMBERSHIPS, moved)
    assert rule.roll_up(date(2027, 3, 31), rows)["191"] == "X02"
    assert rule.roll_up(date(2027, 4, 1), rows)["191"] == "X05"


def test_what_is_flagged(spec):
    """Functions that no list names, and those that are seldom RTT, are reported and flagged."""
    drawn = "function_code\n---\n653\n290\n100\n777"
    expect = """
        function_code | is_listed | is_seldom
        --------------+-----------+----------
        653           | T         | T
        290           | T         | T
        100           | T         | F
        777           | F         | F
    """
    spec(
        lambda rows: rows.mutate(
            is_listed=rule.is_listed_function(rows.function_code), is_seldom=rule.is_seldom_rtt(rows.function_code)
        ),
        drawn,
        expect=expect,
    )
