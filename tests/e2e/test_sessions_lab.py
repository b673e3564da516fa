"""What a person does with a story in the lab, in a real window: reads it, acts on its pages, asks and is asked."""

import pytest

from tests.e2e.desk import NEEDS_DISPLAY, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), NEEDS_DISPLAY]

STAGE, TIMELINE, CHARTS = "Stage: the lists", "Timeline: pages on each list", "Charts: counters over time"
LOG, LIFE, INSPECTOR = "What happened and why", "Life of this page", "PageInspectorPanel"
FOUND, SCORE = r"(\d+) of \d+", r"[01] of 1 right"
CHANCE = "scan: 0xABC kept at the inactive head"
ON_A_LIST = r"(Active|Inactive) anon · node 0"


@pytest.fixture
def told(person):
    """A person before the whole story of S1, at its end."""
    person.wait_for_words("core ready")
    person.press("End")
    person.wait_for_rest()
    return person


def moves(person, act):
    """Do something that leads to another place; return that place."""
    before = person.place()
    act()
    wait_for("another place", lambda: person.place() != before)
    return person.place()


def changes(person, what, act):
    """Do something that changes how a thing looks."""
    before = person.picture(what)
    act()
    wait_for(f"a change of {what}", lambda: person.picture(what) != before)


def grows(person, act):
    """Do something to the machine, and wait until all of it is shown."""
    before = person.length()
    act()
    wait_for("more events", lambda: person.length() > before and person.wait_for_rest())


# --- the course of a story


def test_timeline_and_charts_by_mouse(told):
    early = moves(told, lambda: told.drag(TIMELINE, (0.9, 0.5), (0.3, 0.5)))
    assert 0 < early < moves(told, lambda: told.click(TIMELINE, at=(0.7, 0.5))) < told.length()
    told.click("Charts")
    told.click("Float or dock: Charts")
    told.click("Timeline")
    changes(told, TIMELINE, lambda: told.point(CHARTS, at=(0.6, 0.5)))  # one cursor for both
    told.point("MemSim")
    changes(told, TIMELINE, lambda: told.wheel(CHARTS, 5))  # and one zoom


def test_timeline_and_charts_by_keys(told):
    assert moves(told, lambda: told.press("Home")) == 0
    assert 0 < moves(told, lambda: told.press("Next")) < told.length()
    mark = moves(told, lambda: told.press("ctrl+shift+Right"))
    assert mark > moves(told, lambda: told.press("ctrl+shift+Left"))
    for plot in (TIMELINE, CHARTS):
        told.tab_to(plot)
        here, whole = told.place(), told.picture(plot)
        changes(told, plot, lambda: told.press("plus", "plus"))
        changes(told, plot, lambda: told.press("Right"))
        told.press("0")
        wait_for("all of it", lambda whole=whole, plot=plot: told.picture(plot) == whole)
        assert told.place() == here


def test_log_and_page_by_mouse(told):
    told.click("Log")
    every = int(told.wait_to_read(FOUND)[1])
    told.click("Kinds of events in the log")
    for kind in ("Page faults", "Steps and commands"):
        told.click(kind, within="ChecksMenu")
    told.click("Find in the log")  # the click closes the menu, the next one is the field's
    told.click("Find in the log")
    told.type("second chance")
    wait_for("fewer events", lambda: int(told.wait_to_read(FOUND)[1]) == 1 < every)
    assert moves(told, lambda: told.click(CHANCE, within="LogPanel")) < told.length()
    told.click("page 8")  # 0xABC
    scanned = told.place()
    assert moves(told, lambda: told.click("0xABC enters its list at the head", within=INSPECTOR)) < scanned


def test_log_and_page_by_keys(told):
    told.press("ctrl+9")
    assert told.has_focus("Find in the log")
    told.type("second chance")
    wait_for("what was sought", lambda: told.sees(CHANCE))
    told.tab_to(LOG)
    scanned = moves(told, lambda: told.press("Return"))
    told.wait_to_read("PFN 0xabc")  # the story has picked it
    told.tab_to(LIFE)
    assert moves(told, lambda: told.press("Home", "Return")) < scanned


# --- pages


def act_on_pages(person, choose):
    """Unlock two pages, write them, lock them again, and advise the kernel until they are in swap."""
    for deed, seen in (("munlock", ON_A_LIST), ("Write", ON_A_LIST), ("mlock", "Unevictable · node 0"),
                       ("munlock", ON_A_LIST), ("madvise cold", "Inactive anon · node 0")):  # fmt: skip
        grows(person, lambda deed=deed: choose(deed))
        person.wait_to_read(seen)
    grows(person, lambda: choose("Evict (madvise pageout)"))
    person.wait_to_read(".* 2 of them from swap")  # what reading them would come to


def test_pages_are_picked_and_acted_on_by_mouse(told):
    def choose(deed):
        told.click("page 0", button=3)
        told.wait_for_words("2 pages")
        told.click(deed, within="QMenu")

    told.click("Speed", at=(0.95, 0.5), times=12)
    told.drag("page 0", (-0.1, -0.3), (2.4, 1.2))
    told.wait_for_words("2 pages are picked")
    act_on_pages(told, choose)


def test_pages_are_picked_and_acted_on_by_keys(told):
    def choose(deed):
        told.press("Return")
        told.wait_for_words("2 pages")
        offered = [spot["words"][0] for spot in told.look()["spots"] if spot["on"] and "QMenu" in spot["inside"]]
        entries = [words for words in dict.fromkeys(offered) if words != "QMenu"]
        told.press(*["Down"] * (entries.index(deed) + 1), "Return")

    told.press(*["plus"] * 8, "Return")
    while not told.sees("PFN 0xab4"):
        told.press("alt+Down" if told.sees("PFN 0xab8") else "alt+Left")
    told.press("Return", "Escape", "shift+Right")
    told.wait_for_words("2 pages are picked")
    act_on_pages(told, choose)


# --- asking and being asked


def test_speed_and_questions_by_mouse(told):
    told.click("Speed", at=(0.95, 0.5))
    wait_for("the highest speed", lambda: told.sees("×256"))
    told.click("Speed", at=(0.05, 0.5), times=12)
    wait_for("the lowest speed", lambda: told.sees("×1/8"))
    told.click("Speed", at=(0.95, 0.5), times=12)
    told.choose_menu("View", "Predict: ask before each decision")
    told.choose_menu("Play", "To the start")
    told.click("Play or pause  (Space)")
    told.click("Answer 1: ")
    told.click("Reveal")
    told.wait_to_read(SCORE)
    told.click("Close", within="PredictBar")
    told.choose_menu("Play", "To the end: run all steps")
    told.wait_for_rest()
    told.choose_menu("View", "What if: this step with one knob changed…")
    told.click("policy two-list → single-list", within="QMenu")
    told.wait_for_words("Stage of Original")


def test_speed_and_questions_by_keys(told):
    told.press(*["plus"] * 8)
    wait_for("the highest speed", lambda: told.sees("×256"))
    told.press(*["minus"] * 11)
    wait_for("the lowest speed", lambda: told.sees("×1/8"))
    told.press(*["plus"] * 8, "g", "Home", "space")
    told.wait_for_words("Answer 2: ")
    asked = told.place()
    told.press("2")
    assert told.place() == asked
    assert moves(told, lambda: told.press("Return")) > asked
    told.wait_to_read(SCORE)
    told.press("g", "End")
    told.wait_for_rest()
    told.press("w", "Down", "Return")
    told.wait_for_words("Stage of Original")
    told.press("ctrl+w")
    wait_for("one stage", lambda: told.sees(STAGE))
