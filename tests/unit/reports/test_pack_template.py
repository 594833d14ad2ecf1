"""A template whose files cannot be used is refused, saying which."""

import pytest

from clockstop.errors import UserError
from clockstop.reports.pack_template import template_of
from clockstop.store.home import Home


@pytest.mark.parametrize(
    ("name", "held", "said"),
    [
        ("pack.docx", b"words", "pack.docx is damaged"),
        ("pack.pptx", b"PK", "pack.pptx is damaged"),
        ("pack.css", bytes([255, 254, 0]), "not text in UTF-8"),
        ("template.toml", b"words = 3", "words is no section"),
    ],
)
def test_a_template_whose_file_cannot_be_used_is_refused_before_the_work(tmp_path, name, held, said):
    (tmp_path / "template.toml").write_text("")
    (tmp_path / name).write_bytes(held)
    with pytest.raises(UserError, match=said):
        template_of(Home(tmp_path), "QQA", tmp_path)
