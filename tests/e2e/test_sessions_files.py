"""What a person makes and keeps in a real window: a machine, a video, what is left of a recording, looks and places."""

import av
import pytest

from tests.e2e.desk import NEEDS_DISPLAY, wait_for
from tests.session.damaged import save_damaged
from tests.session.story import by_hand

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), NEEDS_DISPLAY]

STAGE, OFFER = "Stage: the lists", "bad.memsim: not a whole recording"
ACCEPT = "Open what is intact"
LENGTH = r"(\d+) frames?: .*"


@pytest.fixture
def ready(person):
    """A person with a machine that waits."""
    person.wait_for_words("core ready")
    person.press("space")
    return person


def frames_in(path):
    """How many frames a video holds, decoded one by one."""
    with av.open(str(path)) as film:
        return sum(1 for _ in film.decode(video=0))


def has_made(person, path, told):
    """Wait until a video is there, which holds as many frames as the dialog has told."""
    person.wait_for_words(f"exported {path}")
    assert frames_in(path) == told > 1


def test_a_machine_and_its_video_by_mouse(ready, tmp_path):
    ready.choose_menu("File", "New machine…")
    ready.choose("Preset: ", "Classroom, 64 MiB")
    ready.click("Create", within="NewMachineDialog")
    wait_for("the machine", lambda: ready.title() == "Your machine – MemSim")
    ready.click("Map and write")
    wait_for("events", lambda: ready.length() > 0 and ready.wait_for_rest())
    ready.click("Export  (Ctrl+E)")
    ready.click("Export", within="ExportDialog")
    ready.click("Cancel the task under way")
    ready.wait_for_words("export cancelled")
    assert not list(tmp_path.glob("*.mp4*"))
    ready.click("Export  (Ctrl+E)")
    ready.choose("Size in pixels", "720p")
    ready.choose("Frames a second", "10")
    told = int(ready.wait_to_read(LENGTH)[1])
    ready.click("Export", within="ExportDialog")
    has_made(ready, tmp_path / "your-machine.mp4", told)


def test_a_machine_and_its_video_by_keys(ready, tmp_path):
    ready.press("ctrl+n")
    ready.tab_to("Memory: such as")
    ready.press("ctrl+a")
    ready.type("lots")
    ready.wait_for_words("'lots' is no size")
    ready.press("Return")
    assert ready.sees("NewMachineDialog")
    ready.press("ctrl+a")
    ready.type("128p")
    wait_for("no complaint", lambda: not ready.sees("'lots' is no size"))
    ready.press("Return")
    wait_for("the machine", lambda: ready.title() == "Your machine – MemSim")
    ready.tab_to("Map and write")
    ready.press("Return")
    wait_for("events", lambda: ready.length() > 0 and ready.wait_for_rest())
    ready.press("ctrl+e", "Return", "ctrl+period")
    ready.wait_for_words("export cancelled")
    assert not list(tmp_path.glob("*.mp4*"))
    ready.press("ctrl+e")
    ready.press("ctrl+a")
    ready.type(str(tmp_path / "mine.mp4"))
    ready.tab_to("Size in pixels")
    ready.press("Home")
    ready.tab_to("Frames a second")
    ready.press("Home", "Down")
    told = int(ready.wait_to_read(LENGTH)[1])
    ready.press("Return")
    has_made(ready, tmp_path / "mine.mp4", told)


def bar_lies_over_nothing(person):
    """The bar of an offer leaves all else its place."""
    bar = person.place_of("Offer")
    others = [person.place_of(words) for words in (STAGE, "TransportBar", "Controls of the machine", "Footer")]
    for x, y, width, height in others:
        aside = bar[0] + bar[2] <= x or x + width <= bar[0]
        assert aside or bar[1] + bar[3] <= y or y + height <= bar[1]


@pytest.mark.parametrize("by", ["mouse", "keys"])
def test_what_is_intact_of_a_spoilt_recording(ready, tmp_path, by):
    save_damaged(tmp_path / "bad.memsim")
    ready.answer("ctrl+o", tmp_path / "bad.memsim")
    ready.wait_for_words(OFFER)
    bar_lies_over_nothing(ready)
    if by == "mouse":
        ready.click(ACCEPT)
    else:
        ready.press("Escape")
        ready.tab_to(ACCEPT)
        ready.press("Return")
    wait_for("the story", lambda: ready.title() == "By hand – MemSim")
    assert not ready.sees(OFFER)
    assert 0 < ready.length() < len(by_hand())
    assert by == "mouse" or ready.has_focus(STAGE)


def test_looks_and_panels_by_mouse(ready):
    dark = ready.settled_stage()
    ready.choose_menu("View", "Theme", "Light")
    wait_for("another theme", lambda: ready.stage() != dark)
    light = ready.settled_stage()
    ready.choose_menu("View", "Labels and motion", "Plain words instead of kernel names")
    wait_for("other words", lambda: ready.stage() != light)
    places = [ready.place_of(words) for words in ("Controls of the machine", STAGE)]
    ready.drag_onto("Controls", "The page selected")
    wait_for("controls on the right", lambda: ready.place_of("Controls of the machine")[0] > places[1][0])
    ready.click("Close: the View menu brings it back: Timeline")
    ready.click("Float or dock: Controls")
    ready.choose_menu("View", "Panels", "Reset layout")
    wait_for("all as before", lambda: places == [ready.place_of(w) for w in ("Controls of the machine", STAGE)])
    ready.choose("Scenario", "S5")
    ready.click("Export  (Ctrl+E)")
    ready.click("Export", within="ExportDialog")
    ready.choose_menu("File", "Quit")
    ready.has_ended_well()


def test_looks_and_panels_by_keys(ready, tmp_path):
    dark = ready.settled_stage()
    ready.press("ctrl+k")
    ready.type("theme: high")
    ready.press("Return")
    wait_for("another theme", lambda: ready.stage() != dark)
    contrast = ready.settled_stage()
    ready.press("ctrl+shift+w")
    wait_for("other words", lambda: ready.stage() != contrast)
    place = ready.place_of(STAGE)
    ready.tab_to("Close: the View menu brings it back: Controls")
    ready.press("Return")
    wait_for("a wider stage", lambda: ready.place_of(STAGE)[2] > place[2])
    ready.press("ctrl+0")
    wait_for("all as before", lambda: ready.place_of(STAGE) == place)
    ready.press("End", "ctrl+e")
    ready.press("Return", "ctrl+q")
    ready.has_ended_well()
    assert not list(tmp_path.glob("*.mp4*"))
