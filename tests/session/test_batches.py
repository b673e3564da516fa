"""Growth of a trace comes in pieces that a window can take in between two pictures."""

import numpy as np
import pytest
from PySide6.QtCore import QTimer

from memsim_gui.session.jobs import Batch, Build, Report, Story, extend, pieces
from memsim_gui.session.machine_room import MachineRoom
from memsim_gui.session.turns import PIECE_EVENTS
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Labels, Meta, Trace
from memsim_gui.trace.view_state import copy_view
from tests.session.story import start_view


def _trace():
    return Trace(start_view(), Meta())


def _counts(amount):
    events = np.zeros(amount, kinds.EVENT)
    events["kind"], events["value"] = kinds.COUNT, np.arange(amount)
    return events


def _told(trace):
    keyframes = [(at, int(view.counter[0])) for at, view in trace.keyframes()]
    return trace.events(0, len(trace)).tolist(), keyframes, trace.levels, trace.labels


def _batch(start, events, keyframes=(), levels=((0, kinds.LEVEL_FULL),)):
    views = []
    for at in keyframes:
        view = copy_view(start_view())
        view.counter[0] = at
        views.append((at, view))
    return Batch(start, events, tuple(views), Labels(tasks=["init"]), levels)


@pytest.mark.parametrize("most", [1, 3, 4, 10, 99])
def test_pieces_do_together_what_the_batch_does(most):
    levels = ((0, kinds.LEVEL_FULL), (5, kinds.LEVEL_FLOW), (9, kinds.LEVEL_COUNTERS), (14, kinds.LEVEL_FULL))
    batch = _batch(4, _counts(10), (5, 8, 14), levels)
    whole, parts = _trace(), _trace()
    for trace in (whole, parts):
        trace.append(_counts(4))
    extend(whole, batch)
    for piece in pieces(batch, most):
        assert len(piece.events) <= most
        assert piece.length == len(parts)
        extend(parts, piece)
    assert _told(parts) == _told(whole)


def test_a_batch_that_only_cuts_is_one_piece():
    (piece,) = pieces(_batch(3, _counts(0)), 8)
    assert (piece.length, len(piece.events)) == (3, 0)


@pytest.fixture
def room(qapp):  # noqa: ARG001 - signals need an application
    made = MachineRoom()
    made.release()
    yield made
    made.close()


def test_what_a_machine_makes_in_a_moment_is_passed_on_piece_by_piece_in_order(room, qtbot):
    heard = []
    room.grown.connect(lambda batch: heard.append(len(batch.events)))
    room.reported.connect(heard.append)
    QTimer.singleShot(0, lambda: heard.append("the window's turn"))
    room.worker.grown.emit(_batch(0, _counts(2 * PIECE_EVENTS + 7)))
    report = Report(undo="something")
    room.worker.reported.emit(report)
    qtbot.waitUntil(lambda: report in heard)
    assert heard == ["the window's turn", PIECE_EVENTS, PIECE_EVENTS, 7, report]


def test_what_is_asked_for_waits_until_the_window_is_up(qapp, qtbot):  # noqa: ARG001 - signals need an application
    room, failed = MachineRoom(), []
    room.failed.connect(failed.append)
    room.hold()
    room.ask(Build(Story("no such scenario", "")))
    qtbot.wait(100)
    assert room.busy
    assert not failed
    room.release()
    qtbot.waitUntil(lambda: not room.busy)
    assert len(failed) == 1
    room.close()


def test_what_has_not_been_passed_on_is_forgotten_with_the_story(room, qtbot):
    heard = []
    room.grown.connect(heard.append)
    room.worker.grown.emit(_batch(0, _counts(99 * PIECE_EVENTS)))
    qtbot.waitUntil(lambda: len(heard) > 0)
    room.clear()
    before = len(heard)
    failed = []
    room.failed.connect(failed.append)

    def heard_again():
        room.worker.failed.emit("of the next story")
        return bool(failed)

    qtbot.waitUntil(heard_again)
    assert len(heard) == before < 99
