"""The plain state of a lecture: clock, keys pressed, tools."""

import pytest

from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.lens import WHOLE
from memsim_gui.view.lecturing.clock import TalkClock
from memsim_gui.view.lecturing.strip import FADE_S, HOLD_S, MOST, KeyStrip
from memsim_gui.view.lecturing.tools import LARGEST, RADIUS, SMALLEST, Tool, Tools

SIZE, STAGE = (1000.0, 600.0), Rect(0, 100, 1000, 400)


class Now:
    def __init__(self):
        self.s = 1000.0

    def __call__(self):
        return self.s


@pytest.fixture
def now():
    return Now()


@pytest.fixture
def clock(now):
    made = TalkClock(now)
    made.plan([2, 2, 2, 2, 2])
    return made


@pytest.fixture
def tools():
    made = Tools()
    made.size, made.stage = SIZE, STAGE
    return made


def test_the_clock_waits_for_the_first_step(clock, now):
    now.s += 60
    assert clock.elapsed_s == 0
    assert clock.standing(1) == ("0:00 of 10:00", "", "text")
    clock.start()
    now.s += 65
    clock.start()
    assert clock.elapsed_s == 65
    assert clock.standing(1).figures == "1:05 of 10:00"
    clock.restart()
    assert clock.elapsed_s == 0


@pytest.mark.parametrize(
    ("elapsed_s", "step", "behind_s", "standing"),
    [
        (100, 1, 0, ("on time", "good")),
        (150, 1, 30, ("0:30 behind", "warning")),
        (100, 2, -20, ("0:20 ahead", "good")),
        (130, 2, 0, ("on time", "good")),
        (700, 5, 100, ("1:40 behind", "warning")),
    ],
)
def test_five_steps_have_two_minutes_each(clock, now, elapsed_s, step, behind_s, standing):
    clock.start()
    now.s += elapsed_s
    assert clock.behind_s(step) == behind_s
    assert clock.standing(step)[1:] == standing


@pytest.mark.parametrize(("elapsed_s", "step", "behind_s"), [(200, 1, 0), (250, 1, 10), (250, 2, 0), (250, 3, -50)])
def test_steps_have_the_minutes_that_are_planned_for_them(clock, now, elapsed_s, step, behind_s):
    clock.plan([4, 1, 2])
    assert clock.planned_s == 420
    clock.start()
    now.s += elapsed_s
    assert clock.behind_s(step) == behind_s


def test_without_a_plan_the_clock_only_counts(clock, now):
    clock.plan(())
    clock.start()
    now.s += 3725
    assert clock.standing(1) == ("62:05", "", "text")


def test_keys_are_shown_in_order_counted_and_fade():
    strip = KeyStrip()
    for at_s, name in ((0.0, "PgDn"), (0.5, "B"), (1.0, "B")):
        strip.press(name, at_s)
    assert strip.shown(1.0, fading=True) == [("PgDn", 1), ("B ×2", 1)]
    assert strip.wait_s(1.0) == HOLD_S - 1
    half = HOLD_S + FADE_S / 2
    assert strip.shown(half, fading=True) == [("PgDn", pytest.approx(0.5)), ("B ×2", 1)]
    assert strip.shown(half, fading=False) == [("B ×2", 1)]
    assert strip.shown(1.01 + HOLD_S + FADE_S, fading=True) == []
    assert strip.wait_s(9) < 0


def test_only_the_last_keys_are_kept():
    strip = KeyStrip()
    for i in range(MOST + 3):
        strip.press(str(i), 0)
    assert [name for name, _ in strip.shown(0, fading=True)] == [str(i) for i in range(3, MOST + 3)]


@pytest.mark.parametrize(
    "take", [lambda tools: tools.toggle(Tool.PEN), lambda tools: tools.choose_color(2)], ids=["pen", "colour"]
)
def test_a_tool_taken_before_the_mouse_was_seen_is_in_the_middle_of_the_stage(tools, take):
    take(tools)
    assert (tools.tool, tools.mouse) == (Tool.PEN, (STAGE.cx, STAGE.cy))


def test_the_wheel_changes_spotlight_or_zoom(tools):
    assert not tools.wheel(1, zooming=False)
    tools.toggle(Tool.SPOTLIGHT)
    assert tools.mouse == (STAGE.cx, STAGE.cy)
    assert tools.wheel(1, zooming=False)
    assert tools.radius > RADIUS
    tools.wheel(99, zooming=False)
    assert tools.radius == LARGEST
    tools.wheel(-99, zooming=False)
    assert tools.radius == SMALLEST
    tools.wheel(1, zooming=True)
    assert tools.lens.factor > 1


def test_a_zoomed_stage_is_pulled_by_the_mouse(tools):
    tools.move(500, 300)
    tools.toggle_zoom()
    assert tools.lens == (2, 0.25, 0.25)
    assert not tools.press(500, 300, 1)
    assert tools.move(600, 300)
    assert tools.lens == pytest.approx((2, 0.2, 0.25))
    tools.release()
    assert not tools.move(900, 300)
    assert tools.lens.x == pytest.approx(0.2)
    tools.toggle_zoom()
    assert tools.lens == WHOLE


def draw(tools, step, *points):
    tools.press(*points[0], step)
    for point in points[1:]:
        tools.move(*point)
    tools.release()


def test_strokes_stay_on_their_step_and_place(tools):
    tools.choose_color(2)
    draw(tools, 1, (100, 200), (300, 200))
    draw(tools, 1, (100, 550), (300, 550))
    tools.lens = WHOLE.zoomed(2, STAGE, 0, 100)
    draw(tools, 2, (100, 200), (300, 200))
    assert tools.strokes(1, on_stage=True) == [(2, [(100, 200), (300, 200)])]
    assert tools.strokes(1, on_stage=False) == [(2, [(100, 550), (300, 550)])]
    assert tools.strokes(2, on_stage=True) == [(2, [(50, 150), (150, 150)])]
    tools.size = (2000.0, 1200.0)
    assert tools.strokes(2, on_stage=True) == [(2, [(100, 300), (300, 300)])]


def test_back_clears_strokes_then_tool_then_zoom(tools):
    tools.toggle(Tool.PEN)
    tools.zoom(3)
    draw(tools, 1, (100, 200), (300, 200))
    draw(tools, 2, (100, 200), (300, 200))
    assert tools.back(1)
    assert (tools.tool, tools.strokes(1, on_stage=True)) == (Tool.PEN, [])
    assert tools.strokes(2, on_stage=True)
    assert tools.back(1)
    assert tools.tool is Tool.NONE
    assert tools.lens != WHOLE
    assert tools.back(1)
    assert tools.lens == WHOLE
    assert not tools.back(1)
