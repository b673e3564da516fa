"""One whole session of each shipped scenario in a real window: once by mouse alone, once by keyboard alone."""

from functools import partial

import pytest
from PySide6.QtGui import QImage

from memsim_gui.engine import recording, scenario
from tests.e2e.desk import NEEDS_DISPLAY, wait_for

SHIPPED = {ident: scenario.load(path) for ident, path in scenario.shipped().items()}

pytestmark = [pytest.mark.slow, NEEDS_DISPLAY]


def steps_in(path):
    return len(recording.load(path).labels.steps)


def go_through_by_mouse(person, ident, title):
    """Choose a story, let it run to its end, step through it and scrub."""
    person.wait_for_words("core ready")
    person.choose("Scenario", f"{ident}  {title}")
    wait_for("title", lambda: person.title() == f"{title} – MemSim")
    person.wait_for_words("core ready")
    person.choose_menu("Play", "To the end: run all steps")
    person.wait_for_rest()
    end = person.settled_stage()
    for unit in ("scenario step", "decision"):
        person.click(f"Previous {unit}")
        assert person.settled_stage() != end
        person.click(f"Next {unit}")
        wait_for("the end again", lambda: person.place() == person.length())
    for unit in ("event", "command"):
        person.choose_menu("Play", f"Previous {unit}")
        wait_for("a place before the end", lambda: person.place() < person.length())
        person.choose_menu("Play", f"Next {unit}")
        wait_for("the end again", lambda: person.place() == person.length())
    person.drag("Timeline: pages on each list", (0.9, 0.5), (0.4, 0.5))
    assert wait_for("an earlier place", lambda: person.place() < person.length() and person.place()) > 0


def zoom_by_mouse(person):
    """Zoom the stage, and show it whole again."""
    whole = person.settled_stage()
    person.wheel("Stage: the lists", 4)
    assert person.settled_stage() != whole
    person.click("Stage: the lists", at=(0.5, 0.02), times=2)
    wait_for("whole stage", lambda: person.settled_stage() == whole)


def act_by_mouse(person):
    """Give a command, take it back and do it again."""
    person.choose_menu("Play", "To the end: run all steps")
    before = person.wait_for_rest()
    person.click("Map")
    after = wait_for("more events", lambda: person.length() > before and person.wait_for_rest())
    person.choose_menu("Edit", "Undo")
    wait_for("the end as before", lambda: person.length() == before)
    person.choose_menu("Edit", "Redo")
    wait_for("the same events", lambda: person.length() == after)


def arrange_by_mouse(person):
    """Close a dock, call it back, let it float, put all to their places; look into others."""
    person.click("Close: the View menu brings it back: Controls")
    wait_for("no controls", lambda: not person.sees("Controls of the machine"))
    person.choose_menu("View", "Panels", "Controls")
    wait_for("controls", lambda: person.sees("Controls of the machine"))
    person.click("Float or dock: Controls")
    person.choose_menu("View", "Panels", "Reset layout")
    for tab, told in (("Log", "What happened and why"), ("/proc", "Copy"), ("Code path", "Code path")):
        person.click(tab)
        wait_for(tab, lambda told=told: person.sees(told))


def compare_and_lecture_by_mouse(person):
    """Compare machines and end that; hold a lecture and leave it."""
    person.choose_menu("View", "Compare with other machines…")
    person.choose("Machine 1: policy", "Single list")
    person.click("Compare", within="CompareDialog")
    wait_for("two stages", lambda: person.sees("Stage of Original"))
    person.choose_menu("View", "End the comparison")
    wait_for("one stage", lambda: person.sees("Stage: the lists"))
    person.click("Lecture mode")
    wait_for("lecture", lambda: person.sees("Lecture: the stage"))
    for words in ("Previous step", "Next step", "Leave the lecture"):
        person.click("Lecture: the stage", button=3)
        person.click(words)
    wait_for("window", lambda: person.sees("Map and write"))


def keep_by_mouse(person, tmp_path, told):
    """Save what happened, open it, go on from it, and export a picture."""
    person.choose_menu("File", "Save recording…")
    person.click("Save")
    (saved,) = wait_for("recording", lambda: list(tmp_path.glob("*.memsim")))
    person.wait_for_words(f"saved {saved}")
    assert steps_in(saved) == told
    person.choose_menu("File", "Open…")
    person.click(saved.name, times=2)
    person.wait_for_words("recording")
    person.click("Map")
    person.wait_for_words("core ready")
    person.click("Export  (Ctrl+E)")
    person.choose("Format", "Poster")
    person.click("Export", within="ExportDialog")
    (poster,) = wait_for("poster", lambda: list(tmp_path.glob("*.png")))
    wait_for("picture", lambda: QImage(str(poster)).width())


@pytest.mark.timeout(900)
@pytest.mark.parametrize("ident", SHIPPED)
def test_a_session_by_mouse_alone(person, tmp_path, ident):
    go_through_by_mouse(person, ident, SHIPPED[ident].title)
    zoom_by_mouse(person)
    act_by_mouse(person)
    arrange_by_mouse(person)
    compare_and_lecture_by_mouse(person)
    keep_by_mouse(person, tmp_path, len(SHIPPED[ident].steps))
    # the window closes while a machine works
    person.choose("Scenario", f"S5  {SHIPPED['S5'].title}")
    person.choose_menu("File", "Quit")
    person.has_ended_well()


def go_through_by_keyboard(person, ident, title):
    """Find a story by its name, let it run to its end, step through it and zoom."""
    person.wait_for_words("core ready")
    person.press("ctrl+k")
    wait_for("palette", lambda: person.has_focus("Palette") or person.has_focus("QLineEdit"))
    person.type(f"open {ident.lower()}: {title.lower()}")
    person.press("Return")
    wait_for("title", lambda: person.title() == f"{title} – MemSim")
    person.wait_for_words("core ready")
    person.press("End")
    length = person.wait_for_rest()
    for back, forth in (
        ("Prior", "Next"),
        ("Left", "Right"),
        ("shift+Left", "shift+Right"),
        ("ctrl+Left", "ctrl+Right"),
    ):
        person.press(back)
        wait_for("a place before the end", lambda: person.place() < length)
        person.press(forth)
        wait_for("the end again", lambda: person.place() == length)
    whole = person.settled_stage()
    person.press("ctrl+plus")
    assert person.settled_stage() != whole
    person.press("0")
    wait_for("whole stage", lambda: person.settled_stage() == whole)


def act_by_keyboard(person):
    """Tab to the controls, type a size, give a command, undo and redo it."""
    length = person.length()
    person.tab_to("Size: such as 10 MiB")
    person.press("ctrl+a")
    person.type("3p")
    person.tab_to("Map and write")
    person.press("Return")
    after = wait_for("more events", lambda: person.length() > length and person.wait_for_rest())
    person.press("Escape")
    wait_for("focus on the stage", lambda: person.has_focus("Stage: the lists"))
    person.press("ctrl+z")  # it was mapped and written at one press, and so it is taken back
    wait_for("the end as before", lambda: person.length() == length)
    person.press("ctrl+shift+z")
    wait_for("the same events", lambda: person.length() == after)


def arrange_by_keyboard(person):
    """Call docks by their keys: each comes with the focus in it, and Escape leads out."""
    for key, told in (("ctrl+3", "File shown"), ("ctrl+9", "Log: "), ("ctrl+8", "")):
        if told and person.sees(told):  # a step has brought it to the front: the key sends it away, and calls it back
            person.press(key)
            wait_for(f"nothing of {told}", lambda told=told: not person.sees(told))
        person.press(key)
        wait_for(f"focus after {key}", lambda: not person.has_focus("Stage: the lists"))
        assert person.focus_is_seen(), told
        person.press("Escape")
        wait_for("focus on the stage", lambda: person.has_focus("Stage: the lists"))
    person.press("F6")
    wait_for("focus in a panel", lambda: not person.has_focus("Stage: the lists"))
    person.press("Escape", "ctrl+0")


def compare_and_lecture_by_keyboard(person):
    """Compare machines, ask what if; hold a lecture and leave it."""
    person.press("ctrl+d")
    wait_for("dialog", lambda: person.has_focus("Machine 1: policy"))
    person.press("End", "Return")
    wait_for("two stages", lambda: person.sees("Stage of Original"))
    person.press("ctrl+w")
    wait_for("one stage", lambda: person.sees("Stage: the lists"))
    person.press("w", "Down", "Return")
    wait_for("two stages", lambda: person.sees("Stage of Original"))
    person.press("ctrl+w")
    wait_for("one stage", lambda: person.sees("Stage: the lists"))
    person.press("F5")
    wait_for("lecture", lambda: person.sees("Lecture: the stage"))
    person.press("Prior", "Next", "h", "Escape", "Escape")
    wait_for("window", lambda: person.sees("Map and write"))


def keep_by_keyboard(person, tmp_path, told):
    """Save what happened, open it, go on from it, and export a picture."""
    saved = tmp_path / "mine.memsim"
    person.answer("ctrl+s", saved)
    person.wait_for_words(f"saved {saved}")
    assert steps_in(saved) == told
    person.answer("ctrl+o", saved)
    person.wait_for_words("recording")
    person.press("End")
    person.wait_for_rest()
    person.press("ctrl+Return")
    person.wait_for_words("core ready")
    poster = tmp_path / "poster.png"
    person.answer("ctrl+e", poster)
    wait_for("poster", lambda: poster.is_file() and QImage(str(poster)).width())


@pytest.mark.timeout(900)
@pytest.mark.parametrize("ident", SHIPPED)
def test_a_session_by_keyboard_alone(person, tmp_path, ident):
    go_through_by_keyboard(person, ident, SHIPPED[ident].title)
    act_by_keyboard(person)
    arrange_by_keyboard(person)
    compare_and_lecture_by_keyboard(person)
    keep_by_keyboard(person, tmp_path, len(SHIPPED[ident].steps))
    person.press("F1")
    wait_for("shortcuts", partial(person.sees, "ShortcutSheet"))
    person.press("Escape")
    # the window closes while a machine works
    person.press("ctrl+k")
    person.type("open s5")
    person.press("Return", "End", "ctrl+q")
    person.has_ended_well()
