"""A small line says the same as its label, and breaks where nothing is known."""

from clockstop.nhsuk.sparklines import sparkline


def test_fewer_than_two_known_values_draw_nothing():
    assert sparkline([], label="x") == ""
    assert sparkline([None, 3.0, None], label="x") == ""


def test_the_line_rises_with_the_value_and_ends_in_a_dot():
    svg = sparkline([0.0, 1.0], label="from 0 to 1")
    assert 'd="M3.0 27.0L100.0 3.0"' in svg
    assert '<circle cx="100.0" cy="3.0"' in svg


def test_a_gap_breaks_the_line():
    assert 'd="M3.0 27.0M100.0 3.0"' in sparkline([0.0, None, 1.0], label="x")


def test_a_label_cannot_leave_its_attribute():
    assert 'aria-label="&#34;&gt;&lt;script&gt;"' in sparkline([1, 2], label='"><script>')


def test_no_style_attribute_which_the_security_policy_would_refuse():
    assert "style=" not in sparkline([1, 2], label="x", line=1.5, band=(1, 2))


def test_a_run_of_equal_values_is_a_level_line_in_the_middle():
    assert 'd="M3.0 15.0L100.0 15.0"' in sparkline([5, 5], label="x")
