"""The ruler of a file: which pages a read asked for, which were there, and when there is a ruler at all."""

import json

import numpy as np
import pytest

from memsim_gui import Machine
from memsim_gui.engine import commands as c
from memsim_gui.scene import Pacing, Scene, marks
from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.panels.page_cache import ABSENT, CACHED
from memsim_gui.scene.ruler import Rulers, asked
from memsim_gui.scene.words import grouped
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Meta, Trace
from tests.scene.test_layout import metrics

SIZE = (1280, 720)
LECTURE = metrics(SIZE, lecture=True)
PLACE = Rect(32, 450, 1216, 90)
OPEN = c.OpenFile("data", 2560 * 4096)
FIRST_FIVE = c.Read("data", length=5 * 4096)
ACROSS = c.Read("data", 20000, 4096)


def machine(*commands, level=kinds.LEVEL_FULL):
    made = Machine.build(level, memory="1 MiB", detail="classroom")
    for command in commands:
        made.apply(command)
    return made


def ruler_of(made, begin=0, took_ns=0, position=None):
    trace = made.trace
    position = len(trace) if position is None else position
    rulers = Rulers(trace, Pacing.of(trace))
    assert rulers.wanted
    return rulers.at(trace.view_at(position), position, (begin, took_ns), PLACE, LECTURE)


def test_a_read_that_ends_in_a_page_that_is_not_there():
    made = machine(OPEN, FIRST_FIVE, c.Read("data", 5000, 4096))
    begin = len(made.trace)
    made.apply(ACROSS)
    found = ruler_of(made, begin, 5_000_100)
    assert found.said == "read 4096 bytes of data from byte 20000 = 4 × 4096 + 3616"
    assert found.told == (("1 hit", "good"), ("1 miss", "danger"), ("5 ms", "text"))
    assert found.grid.summary == f"6 of {grouped(2560)} pages · 0.2344 % · 10 MiB"
    assert (found.grid.hits.tolist(), found.grid.misses.tolist()) == ([4], [5])
    assert found.span == (20000 / 4096, 24096 / 4096)
    assert (found.cells.shot.first, found.cells.shot.each, found.cells.shot.columns) == (0, 1, 28)
    assert found.cells.pages.tolist() == [0, 1, 2, 3, 4, 5]
    inactive, active = marks.INACTIVE_FILE, marks.ACTIVE_FILE
    assert found.cells.role.tolist() == [inactive, active, active, inactive, active, inactive]
    assert found.cells.shares[6:, ABSENT].tolist() == [1.0] * 22


def test_what_was_read_counts_for_the_step_and_is_framed_for_the_command():
    made = machine(OPEN)
    begin = len(made.trace)
    for command in (FIRST_FIVE, ACROSS, c.Sync()):
        made.apply(command)
    assert ruler_of(made, begin).told == (("1 hit", "good"), ("6 misses", "danger"))
    found = ruler_of(made, begin)
    assert (found.said, found.grid.name, found.span) == ("sync", "data", (0.0, 0.0))
    assert (len(found.grid.hits), len(found.grid.misses)) == (0, 0)


def test_a_step_that_has_done_nothing_yet_keeps_in_sight_what_the_last_one_read():
    made = machine(OPEN, c.Read("data", 100 * 4096, 4096))
    assert ruler_of(made).grid.misses.tolist() == [100]
    found = ruler_of(made, len(made.trace))
    assert (found.told, found.said, found.span) == ((), "", (0.0, 0.0))
    assert (len(found.grid.hits), len(found.grid.misses)) == (0, 0)
    assert (found.grid.name, found.cells.shot.first, found.cells.shot.cells) == ("data", 96, 28)


def test_before_anything_is_read_the_whole_file_is_seen():
    shot = ruler_of(machine(OPEN)).cells.shot
    assert (shot.first, shot.each, shot.cells) == (0, 1, 2560)
    assert shot.columns * shot.rows >= 2560
    assert shot.columns * shot.pitch <= PLACE.w
    large = ruler_of(machine(c.OpenFile("data", 1 << 30))).cells
    assert large.shot.each > 1
    assert large.shot.cells * large.shot.each >= 1 << 18
    assert large.shares[:, ABSENT].tolist() == [1.0] * large.shot.cells


@pytest.mark.parametrize(("offset", "first"), [(0, 0), (27 * 4096, 0), (28 * 4096, 24), (2559 * 4096, 2532)])
def test_the_row_holds_the_page_that_was_read(offset, first):
    shot = ruler_of(machine(OPEN, c.Read("data", offset, 1))).cells.shot
    assert (shot.first, shot.cells) == (first, 28)


def test_pages_too_far_apart_for_a_row_are_seen_in_the_whole_file():
    found = ruler_of(machine(OPEN, c.Read("data", 0, 29 * 4096)))
    assert found.cells.shot.cells == 2560
    assert found.grid.misses.tolist() == list(range(29))
    assert found.cells.pages.tolist() == list(range(29))


def test_a_file_shorter_than_the_row_has_few_cells():
    found = ruler_of(machine(c.OpenFile("config", 4096), c.Read("config", times=3)))
    assert found.cells.shot.cells == 1
    assert found.cells.shares[0, CACHED + marks.INACTIVE_FILE] == 1.0
    assert found.told == (("2 hits", "good"), ("1 miss", "danger"))


def test_each_moment_has_its_own():
    made = machine(OPEN, c.OpenFile("image", 1 << 20))
    middle = len(made.trace)
    made.apply(ACROSS)
    assert ruler_of(made, position=middle).grid.name == "image"
    assert ruler_of(made).grid.name == "data"
    assert ruler_of(made, position=0) is None


def test_only_files_without_private_memory_have_a_ruler():
    made = machine()
    rulers = Rulers(made.trace, Pacing.of(made.trace))
    assert not rulers.wanted
    made.apply(OPEN)
    assert rulers.wanted
    before = made.checkpoint()
    made.apply(c.Mmap("A", 1))
    assert not rulers.wanted
    made.restore(before)
    assert rulers.wanted
    made.apply(ACROSS)
    assert rulers.wanted
    low = machine(OPEN, ACROSS, level=kinds.LEVEL_COUNTERS).trace
    assert not Rulers(low, Pacing.of(low)).wanted


def test_after_an_undo_what_was_read_is_forgotten():
    made = machine(OPEN)
    rulers = Rulers(made.trace, Pacing.of(made.trace))
    before = made.checkpoint()
    for command, told in ((FIRST_FIVE, (("5 misses", "danger"),)), (ACROSS, (("2 misses", "danger"),))):
        made.apply(command)
        assert rulers.wanted
        rulers.pacing.extend()
        position = len(made.trace)
        assert rulers.at(made.trace.view_at(position), position, (0, 0), PLACE, LECTURE).told == told
        made.restore(before)


def test_a_picture_is_divided_anew_when_a_ruler_comes_or_goes():
    made = machine()
    scene = Scene(made.trace, SIZE, LECTURE)
    assert not scene.outgrown
    made.apply(OPEN)
    assert scene.outgrown
    scene = Scene(made.trace, SIZE, LECTURE)
    parts = scene.composition
    assert scene.frame(made.trace.view_at(len(made.trace)), len(made.trace)).ruler.rect == parts.ruler
    for other in (parts.title, parts.stage, parts.caption, parts.footer):
        assert not parts.ruler.overlaps(other)
    assert parts.stage.bottom <= parts.ruler.y
    assert parts.ruler.bottom <= parts.caption.y
    made.apply(c.Shm("S", 1))
    assert scene.outgrown
    without = Scene(made.trace, SIZE, LECTURE)
    assert without.frame(made.trace.view_at(len(made.trace)), len(made.trace)).ruler is None
    assert without.composition.stage.h > parts.stage.h


@pytest.mark.parametrize(
    "value",
    [
        "", "{", "[1]", "7", "[" * 100_000, '{"op": 7, "file": 8}', '{"op": "read", "file": "x", "offset": -1}',
        '{"op": "read", "file": "x", "length": 1e9}', f'{{"op": "read", "file": "x", "offset": {10**400}}}',
    ],
)  # fmt: skip
def test_what_a_damaged_recording_says_asks_for_nothing(value):
    found = asked(value)
    assert found.span == (0.0, 0.0)
    made = machine(OPEN)
    trace = Trace(made.trace.start, Meta(), made.trace.labels)
    trace.append(np.array([(kinds.COMMAND, 0, 0, 0, 1, 0)], kinds.EVENT))
    trace.labels.command_values[:] = [json.dumps(OPEN.to_dict()), value]
    rulers = Rulers(trace, Pacing.of(trace))
    assert rulers.wanted
    assert rulers.at(trace.view_at(1), 1, (0, 0), PLACE, LECTURE) is None  # the file was never opened
