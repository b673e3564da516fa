"""What the stage shows at literal positions of hand-made traces."""

import numpy as np
import pytest

from memsim_gui.scene import Pacing, Scene, marks
from memsim_gui.scene.geometry import SMALLEST_PITCH, Rect, cell_at, cells, fit_pitch, grid, places
from memsim_gui.scene.moment import _latest
from memsim_gui.scene.stage.flights import label_place, ways
from memsim_gui.scene.stage.tokens import LISTS, orders
from memsim_gui.trace import causes, kinds, lanes
from tests.scene import synthetic
from tests.scene.test_layout import metrics

SIZE = (1280, 720)


def scene_of(trace, size=SIZE, *, lecture=False):
    return Scene(trace, size, metrics(size, lecture=lecture), Pacing.of(trace))


def position_of(trace, kind, cause=None, nth=0):
    events = trace.events(0, len(trace))
    found = np.flatnonzero((events["kind"] == kind) & ((events["cause"] == cause) if cause is not None else True))
    return int(found[nth])


def show(trace, position, fraction=0.0, **options):
    return scene_of(trace).frame(trace.view_at(position), position, fraction, **options)


def move_of_ageing(trace):
    return position_of(trace, kinds.MOVE, causes.DEACTIVATE)


def middle_of(stage, frame):
    tokens = next(tokens for tokens in stage.tokens if frame in tokens.frame.tolist())
    at = tokens.frame.tolist().index(frame)
    return tokens.x[at] + tokens.size / 2, tokens.y[at] + tokens.size / 2


def frames_shown(stage):
    found = [frame for tokens in stage.tokens for frame in tokens.frame.tolist()]
    return sorted(found + [flight.frame for flight in stage.flights if not flight.copy])


@pytest.fixture(scope="module")
def life():
    return synthetic.life_of_one_page()


def test_each_page_in_use_is_shown_once_at_every_position(life):
    scene = scene_of(life)
    for position in range(len(life)):
        view = life.view_at(position)
        for fraction in (0.0, 0.5):
            stage = scene.frame(view, position, fraction).stage
            shown = frames_shown(stage)
            kind = view.lane % lanes.LANES_PER_NODE
            expected = set(np.flatnonzero(~np.isin(kind, (lanes.FREE, lanes.PCP, lanes.KERNEL))).tolist())
            leaving = {f.frame for f in stage.flights if kind[f.frame] == lanes.FREE}
            assert len(shown) == len(set(shown))
            assert expected <= set(shown)
            assert set(shown) <= expected | leaving


def test_a_list_runs_from_head_to_tail(life):
    stage = show(life, len(life)).stage
    on_list = stage.tokens[0]
    inactive = on_list.role == marks.INACTIVE_ANON
    assert on_list.frame[inactive].tolist() == orders(life.view_at(len(life)), [lanes.INACTIVE_ANON])[0].tolist()
    assert np.all(np.diff(on_list.x[inactive]) > 0)


def test_marks_come_from_flags_and_from_ptes(life):
    stage = show(life, position_of(life, kinds.STEP, nth=1)).stage
    tokens = stage.tokens[0]
    by_frame = dict(zip(tokens.frame.tolist(), tokens.marks.tolist(), strict=True))
    assert by_frame[0] == marks.YOUNG
    assert by_frame[6] == 0
    assert by_frame[10] == marks.YOUNG | marks.LOCKED


def test_a_page_on_its_way_is_named_after_the_kernels_action(life):
    move = position_of(life, kinds.MOVE, causes.ACTIVATE)
    flight = show(life, move, 0.5).stage.flights[0]
    assert (flight.frame, flight.label) == (12, "activate")
    assert 0 < flight.progress < 1
    assert show(life, move, 0.99).stage.flights[0].role == marks.ACTIVE_ANON
    assert "deactivate" in {flight.label for flight in show(life, move_of_ageing(life), 0.5).stage.flights}


def test_at_rest_nothing_is_on_its_way(life):
    assert not any(show(life, position).stage.flights for position in range(0, len(life), 7))


def test_a_flight_begins_where_the_page_was_and_ends_where_it_will_be(life):
    move = position_of(life, kinds.MOVE, causes.ACTIVATE)
    way = show(life, move, 0.5).stage.flights[0].route
    assert way[0] == pytest.approx(middle_of(show(life, move).stage, 12), abs=0.5)
    assert way[-1] == pytest.approx(middle_of(show(life, move + 1).stage, 12), abs=0.5)


def test_the_scan_cursor_is_at_the_isolated_page_and_says_why(life):
    scan = position_of(life, kinds.SCAN, causes.KEEP_REFERENCED)
    stage = show(life, scan, 0.5).stage
    told = [card for card in stage.lanes if card.verdict]
    assert [(card.title, card.actor, card.verdict) for card in told] == [
        ("Inactive anon", "kswapd0", "young, first time → second chance")
    ]
    assert stage.cursor is not None
    assert told[0].box.bay.contains(stage.cursor, slack=1)


def test_a_verdict_ends_with_the_pass(life):
    assert not any(card.verdict for card in show(life, len(life)).stage.lanes)


def test_data_travels_to_the_swap_area_while_the_page_stays(life):
    write = position_of(life, kinds.IO_BEGIN, causes.IO_WRITE)
    stage = show(life, write, 0.5).stage
    copies = [flight for flight in stage.flights if flight.copy]
    assert [(flight.frame, flight.label) for flight in copies] == [(12, "swap out")]
    swap = stage.layout.nodes[0].swap
    assert swap.contains(Rect(*copies[0].route[-1], 0, 0))


def test_the_delta_strip_tells_counters_and_flags(life):
    step = position_of(life, kinds.STEP, nth=5)
    changes = {(c.name, c.text) for c in show(life, step).caption.changes}
    assert {("nr_inactive_anon", "−2"), ("nr_active_anon", "+2"), ("pgactivate", "+3")} <= changes


def test_at_the_end_of_a_step_its_own_caption_and_changes_are_shown(life):
    second = position_of(life, kinds.STEP, nth=1)
    assert show(life, second).caption.step == 1
    begun = show(life, second, 0.5).caption
    assert (begun.step, begun.steps, begun.changes) == (2, 8, ())


def test_the_sentence_is_that_of_the_event_being_played(life):
    scan = position_of(life, kinds.SCAN, causes.KEEP_REFERENCED)
    told = show(life, scan, 0.5).caption.why
    assert "second chance" in told
    assert show(life, scan + 1, 0.5).caption.why == told
    assert show(life, scan, 0.5, speed=100.0).caption.why == ""


def test_a_kill_must_not_be_missed():
    b = synthetic.Builder()
    b.step("Kill", "Nothing is left to reclaim.")
    b.emit(kinds.OOM_KILL, ident=0, value=17)
    b.wait(5_000_000)
    trace = b.build()
    assert show(trace, 1, 0.5).alert
    assert not show(trace, 0, 0.5).alert


def test_selected_pages_are_marked(life):
    tokens = show(life, len(life), selection=frozenset([3])).stage.tokens[0]
    assert tokens.marks[tokens.frame == 3] & marks.SELECTED
    assert not np.any(tokens.marks[tokens.frame != 3] & marks.SELECTED)


def test_many_moves_become_streams_with_their_number():
    trace = synthetic.crowd(256, 150)
    pacing = Pacing.of(trace)
    position, fraction = pacing.position_at(0.6 * pacing.seconds_at(position_of(trace, kinds.STEP, nth=1)))
    stage = show(trace, position, max(fraction, 0.01), speed=2.0).stage
    assert not stage.flights
    assert {flow.label.split()[0] for flow in stage.flows} >= {"new"}
    assert all(flow.tokens is not None and len(flow.tokens.x) == flow.pages for flow in stage.flows)


def test_very_many_moves_become_bands_whose_thickness_follows_the_number():
    trace = synthetic.crowd(1024, 500)
    pacing = Pacing.of(trace)
    position, fraction = pacing.position_at(0.6 * pacing.seconds_at(position_of(trace, kinds.STEP, nth=1)))
    flows = show(trace, position, fraction, speed=8.0).stage.flows
    pages, thickness = [flow.pages for flow in flows], [flow.thickness for flow in flows]
    assert sum(pages) > 150
    assert all(thickness)
    assert sorted(pages, reverse=True) == pages
    assert sorted(thickness, reverse=True) == thickness


def test_labels_of_flows_do_not_cover_each_other():
    trace = synthetic.crowd(1024, 500)
    pacing = Pacing.of(trace)
    for share in (0.2, 0.5, 0.8, 0.95):
        position, fraction = pacing.position_at(share * pacing.total)
        rects = [flow.label_rect for flow in show(trace, position, fraction).stage.flows]
        assert not any(a.overlaps(b) for i, a in enumerate(rects) for b in rects[:i])


def test_a_label_stands_beside_its_route_rather_than_on_tokens():
    route = np.array([[100.0, 50.0], [100.0, 60.0]])
    tokens = Rect(0, 0, 200, 62)
    on = label_place(route, "age 7", 10.0, [], [], Rect(0, 0, 200, 200))
    off = label_place(route, "age 7", 10.0, [tokens], [], Rect(0, 0, 200, 200))
    assert on.overlaps(tokens)
    assert on.y < 60 < on.bottom
    assert off.y > on.y
    assert max(0.0, tokens.bottom - off.y) < 0.5 * off.h


def test_a_large_machine_is_shown_in_blocks():
    trace = synthetic.large(1 << 15, 20_000)
    stage = show(trace, 10_000).stage
    view = trace.view_at(10_000)
    assert stage.block_pages > 1
    shown = dict.fromkeys(range(5), 0)
    for tokens in stage.tokens:
        for role in tokens.role.tolist():
            shown[role] += 1
    for role, kind in ((marks.ACTIVE_ANON, lanes.ACTIVE_ANON), (marks.INACTIVE_FILE, lanes.INACTIVE_FILE)):
        assert shown[role] == -(-int(view.lane_pages[kind]) // stage.block_pages)
    for tokens, card in zip(stage.tokens, stage.lanes, strict=True):
        assert len(tokens.x) == 0 or card.box.room.contains(
            Rect(tokens.x.min(), tokens.y.min(), np.ptp(tokens.x) + tokens.size, np.ptp(tokens.y) + tokens.size),
            slack=1,
        )


def test_blocks_are_as_large_as_their_number_leaves_room_for():
    trace = synthetic.large(1 << 15, 20_000)
    scene = scene_of(trace)
    stage = scene.frame(trace.view_at(10_000), 10_000).stage
    pitch = max(float(np.diff(np.unique(tokens.x)).min()) for tokens in stage.tokens if len(tokens.x) > 1)
    fullest = max(zip(stage.tokens, stage.lanes, strict=True), key=lambda pair: len(pair[0].x))
    room, tokens = fullest[1].box.room, fullest[0]
    larger = pitch + 2
    assert int(room.w // larger) * int(room.h // larger) < 2 * len(tokens.x)


def test_looked_at_closer_blocks_open_down_to_single_pages_in_their_places():
    trace = synthetic.large(1 << 15, 20_000)
    scene, view = scene_of(trace), trace.view_at(10_000)
    found = []
    for detail in (1, 4, 16):
        scene.stage.look_closer(detail)
        stage = scene.frame(view, 10_000).stage
        found.append(stage.block_pages)
        for lane in stage.lanes:
            for tokens in stage.tokens:
                mine = tokens.role == lane.role
                x, y = tokens.x[mine], tokens.y[mine]
                assert np.all((x >= lane.box.room.x - 1) & (x + tokens.size <= lane.box.room.right + 1))
                assert np.all((y >= lane.box.room.y - 1) & (y + tokens.size <= lane.box.room.bottom + 1))
    assert found[0] > found[1] > 0
    assert found[2] == 1
    shown = sorted(frame for tokens in stage.tokens for frame in tokens.frame.tolist())
    assert shown == np.flatnonzero(np.isin(view.lane, LISTS)).tolist()


def test_block_marks_tell_how_many_pages_have_them():
    trace = synthetic.large(1 << 15, 2_000)
    scene = scene_of(trace)
    stage = scene.frame(trace.view_at(1), 1).stage
    dirty = {card.title: tokens.marks >> 4 & 3 for tokens, card in zip(stage.tokens, stage.lanes, strict=True)}
    assert np.all(dirty["Inactive file"] == 1)
    assert np.all(dirty["Active anon"] == 0)
    young = stage.tokens[1].marks & 3
    assert np.all(young == 2)


def test_tokens_stay_inside_their_card_at_every_size():
    trace = synthetic.crowd(512, 400)
    for size in ((1280, 720), (1920, 1080), (3840, 2160)):
        for lecture in (False, True):
            stage = scene_of(trace, size, lecture=lecture).frame(trace.view_at(len(trace)), len(trace)).stage
            cards = {card.role: card.box.tokens for card in stage.lanes}
            tokens = stage.tokens[0]
            for x, y, role in zip(tokens.x.tolist(), tokens.y.tolist(), tokens.role.tolist(), strict=True):
                assert cards[role].contains(Rect(x, y, tokens.size, tokens.size), slack=1)


def test_pitch_is_the_largest_at_which_all_fit():
    assert fit_pitch(100, 50, 1, 40) == 40
    assert fit_pitch(100, 50, 8, 40) == 25
    assert fit_pitch(0.0, 40.0, 3, 20.0) == fit_pitch(40.0, -1.0, 3, 20.0) == SMALLEST_PITCH, "none fits"
    assert fit_pitch(100, 50, 2, 80) == 50
    for count in range(1, 200):
        g = grid(Rect(0, 0, 213, 97), fit_pitch(213, 97, count, 40))
        x, y = places(g, np.arange(count))
        assert x.max() + g.size <= 213
        assert y.max() + g.size <= 97


def test_the_cell_at_a_point():
    g = cells(Rect(10, 10, 100, 100), 9, 30)
    assert [cell_at(g, 9, x, y) for x, y in ((11, 11), (45, 11), (11, 45), (200, 11), (5, 5))] == [0, 1, 3, -1, -1]


def test_of_a_page_moved_twice_the_later_move_counts():
    assert _latest(np.array([3, 1, 3, -1, -1, 1])).tolist() == [False, False, True, True, True, True]


def test_ways_are_summed_largest_first():
    same = np.array([0, 0, 0])
    found = ways(same, np.array([1, 2, 2]), np.array([0, 8, 8]), np.array([6, 10, 10]), np.array([1, 1, 5]))
    assert [(w.src, w.dst, w.cause, w.pages, w.rows.tolist()) for w in found] == [
        (2, 8, 10, 6, [1, 2]),
        (1, 0, 6, 1, [0]),
    ]
