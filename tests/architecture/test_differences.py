"""The help page of departures from the kernel says what the sources say."""

import runpy
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "packaging" / "differences.py"


@pytest.fixture(scope="module")
def differences():
    return runpy.run_path(str(SCRIPT))


def test_the_page_is_up_to_date(differences, *, update_golden):
    path = differences["PAGE"]
    if update_golden:
        path.write_text(differences["page"](), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == differences["page"](), "sh packaging/dev differences writes it anew"


def test_sentences_are_found_in_docstrings_and_comments(differences):
    source = '"""A. Simplified: one\nway. More."""\n\n# Simplified: no b\n# at all. Else.\nb = 0\n'
    assert list(differences["departures"](source)) == ["One way.", "No b at all."]


def test_every_mark_ends_in_a_sentence_on_the_page(differences):
    marks = 0
    for room in differences["ROOMS"]:
        for path in (SCRIPT.parents[1] / "memsim_gui" / room).rglob("*.py"):
            marks += path.read_text(encoding="utf-8").count(differences["MARK"])
    assert marks == differences["page"]().count("\n- ")
