"""A lecture in a real window on a whole screen: blank it, point at things, draw, read notes, go to a chapter."""

import pytest

from tests.e2e.desk import NEEDS_DISPLAY, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), NEEDS_DISPLAY]

LECTURE, BLACK = "Lecture: the stage", b"\0\0\0\xff"
NOTES, CHOSEN_STEP = r"Step \d+ of 14 — .*", r"Step 8 of 14 — L5: .*"


@pytest.fixture
def lecturer(person):
    """A person who has begun a lecture on S1, at its end."""
    person.wait_for_words("core ready")
    person.press("End")
    person.wait_for_rest()
    person.press("F5")
    person.wait_for_words(LECTURE)
    return person


def is_blank(person):
    stage = person.stage()
    return stage == BLACK * (len(stage) // 4)


def shows_and_puts_away(person, act, away):
    """Do something that is seen on the stage, and put it away: all is as before."""
    before = person.settled_stage()
    act()
    wait_for("something on the stage", lambda: person.stage() != before)
    away()
    wait_for("the stage as before", lambda: person.stage() == before)


def test_a_lecture_by_keys(lecturer):
    shows_and_puts_away(lecturer, lambda: lecturer.press("b"), lambda: lecturer.press("b"))
    lecturer.press("b")
    wait_for("a blank screen", lambda: is_blank(lecturer))
    lecturer.press("Escape")
    wait_for("no blank screen", lambda: not is_blank(lecturer))
    for key in ("s", "z", "c", "h"):  # spotlight, zoom, chapters, sheet of keys
        shows_and_puts_away(lecturer, lambda key=key: lecturer.press(key), lambda: lecturer.press("Escape"))
    lecturer.press("n")
    lecturer.wait_to_read(NOTES)
    lecturer.press("Escape", "c")
    wait_for("chapters", lambda: lecturer.has_focus("Find a chapter"))
    before = lecturer.place()
    lecturer.type("promotes")
    lecturer.press("Return", "n")
    lecturer.wait_to_read(CHOSEN_STEP)
    assert 0 < lecturer.place() < before
    lecturer.press("Escape", "Escape")
    wait_for("the window", lambda: not lecturer.sees(LECTURE))


def test_a_lecture_by_mouse(lecturer):
    def choose(entry):
        lecturer.click(LECTURE, at=(0.8, 0.3), button=3)
        lecturer.click(entry, within="QMenu")

    def light():
        choose("Spotlight")
        lecturer.point(LECTURE, at=(0.8, 0.3))

    def draw():
        choose("Pen")
        lecturer.drag(LECTURE, (0.3, 0.2), (0.5, 0.4))

    def away():
        for _ in ("stroke", "pen"):
            choose("Clear, close, leave")

    choose("Black screen")
    wait_for("a blank screen", lambda: is_blank(lecturer))
    lecturer.click(LECTURE)
    wait_for("no blank screen", lambda: not is_blank(lecturer))
    shows_and_puts_away(lecturer, light, lambda: choose("Spotlight"))
    shows_and_puts_away(lecturer, draw, away)
    assert lecturer.sees(LECTURE)
    choose("Speaker notes")
    lecturer.wait_to_read(NOTES)
    choose("Speaker notes")
    before = lecturer.place()
    choose("Chapters")
    lecturer.point("Chapters")
    lecturer.wheel("Chapters", 2)
    lecturer.click("Chapters", at=(0.5, 0.3))
    wait_for("an earlier step", lambda: 0 < lecturer.place() < before)
    choose("Leave the lecture")
    wait_for("the window", lambda: not lecturer.sees(LECTURE))
