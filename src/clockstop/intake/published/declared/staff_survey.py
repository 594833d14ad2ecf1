"""The NHS Staff Survey: every question's answers, the elements of the People Promise, and the themes."""

from clockstop.intake.published.datasets import Dataset, Key, Kind


def _score(name: str, title: str) -> Key:
    kind: Kind = "average"
    return Key(
        name=f"{name}_score", title=title, meaning=f"{title}: score of 0 to 10, the higher the better.", kind=kind, is_headline=True
    )


DATASET = Dataset(
    slug="staff_survey",
    title="NHS Staff Survey",
    about="Weighted results by organisation. The month is December of the survey's year.",
    every="year",
    keys=(
        _score("pp1", "We are compassionate and inclusive"),
        _score("pp2", "We are recognised and rewarded"),
        _score("pp3", "We each have a voice that counts"),
        _score("pp4", "We are safe and healthy"),
        _score("pp5", "We are always learning"),
        _score("pp6", "We work flexibly"),
        _score("pp7", "We are a team"),
        _score("staff_engagement", "Staff engagement"),
        _score("morale", "Morale"),
    ),
    key_patterns=(
        ("qN_percent", "Per cent of those who answered question N, such as q25c_percent, that gave the answer of the cut."),
        ("qN_base", "How many answered question N."),
        ("ppN_M_score", "Score of a part of an element of the People Promise, 0 to 10, such as pp4_2_score (burnout)."),
        ("E_N_score", "Score of a part of staff engagement: e_1_score motivation, e_2_score involvement, e_3_score advocacy."),
        ("M_N_score", "Score of a part of morale: m_1_score thinking about leaving, m_2_score work pressure, m_3_score stressors."),
        ("NAME_base", "How many responses the score of that name stands on."),
    ),
    cuts=(("answer", "The answer in its published words, such as Agree."),),
)
