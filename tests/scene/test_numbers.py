"""History, gauge, delta strip and words."""

import numpy as np
import pytest

from memsim_gui.scene import words
from memsim_gui.scene.delta import SMALL_FRAMES, Baseline, begin_of, changes, counters_at
from memsim_gui.scene.ease import bump, in_out
from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.stage.cards import swap_card
from memsim_gui.scene.stage.gauge import gauge, spread
from memsim_gui.scene.timeline.history import MOST_SAMPLES, History
from memsim_gui.scene.timeline.sampler import LANE_KINDS
from memsim_gui.trace import bits, explain, kinds, lanes, tables
from memsim_gui.trace.store import Meta, Trace
from memsim_gui.trace.view_state import Sizes, new_view
from tests.scene import synthetic
from tests.scene.test_layout import metrics


def test_samples_are_the_sizes_that_replay_gives():
    trace = synthetic.life_of_one_page()
    positions, values = History(trace).samples()
    assert positions.tolist() == [*range(len(trace) + 1)]
    for position in range(0, len(trace) + 1, 7):
        assert values[position, :LANE_KINDS].tolist() == trace.view_at(position).lane_pages[:LANE_KINDS].tolist()


def test_a_long_history_is_thinned_and_still_exact_where_it_has_samples():
    whole = synthetic.crowd(512, 300)
    grown = Trace(whole.keyframes()[0][1], whole.meta, whole.labels)
    history = History(grown)
    for _ in range(4):
        for start in range(0, len(whole), 999):
            grown.append(whole.events(start, start + 999)[whole.events(start, start + 999)["kind"] != kinds.MOVE])
            history.extend()
    positions, values = history.samples()
    assert len(positions) <= MOST_SAMPLES + 2
    assert positions[-1] == len(grown)
    assert np.all(values[:, lanes.FREE] == 512)


def test_counters_are_sampled_beside_sizes():
    trace = synthetic.life_of_one_page()
    values = History(trace).samples()[1]
    assert values[-1, LANE_KINDS] == 8  # pgscan_kswapd


def test_peaks_of_a_stretch():
    trace = synthetic.life_of_one_page()
    history = History(trace)
    assert history.peaks(0, len(trace))[0, lanes.INACTIVE_ANON] == 8
    assert history.peaks(0, 1)[0, lanes.INACTIVE_ANON] == 0
    assert history.peaks(len(trace) - 1, len(trace))[0, lanes.ACTIVE_ANON] == 1


def machine(free, marks, managed=100):
    view = new_view(Sizes(1, managed, 1, 1, 1, 1, 1, 1, 1))
    view.zone[2, tables.ZONE_MANAGED] = managed
    view.zone[2, [tables.ZONE_MIN, tables.ZONE_LOW, tables.ZONE_HIGH]] = marks
    view.lane_pages[lanes.FREE] = free
    return view


def test_the_gauge_is_straight_when_marks_are_high():
    g = gauge(machine(50, (20, 30, 40)), 0, Rect(0, 0, 50, 400), metrics((1280, 720), lecture=True))
    assert g.bend_y is None
    assert g.fill_y == pytest.approx(g.bar.bottom - g.bar.h / 2)
    assert [mark.name for mark in g.marks] == ["min", "low", "high"]
    assert g.marks[0].y == pytest.approx(g.bar.bottom - 0.2 * g.bar.h)


def test_the_gauge_bends_when_marks_are_a_small_share():
    g = gauge(machine(10_000, (20, 30, 40), 10_000), 0, Rect(0, 0, 50, 400), metrics((1280, 720), lecture=True))
    assert g.fill_y == pytest.approx(g.bar.y)
    assert g.bend_y is not None
    assert g.bar.bottom - g.marks[2].y > 0.25 * g.bar.h


def test_names_of_marks_keep_their_distance():
    assert spread([100, 99, 50], 10, 0, 120) == [100, 90, 50]
    placed = spread([119, 118, 117], 10, 0, 120)
    assert np.all(np.diff(placed) <= -10)
    assert max(placed) <= 115


def test_a_step_begins_before_its_first_event():
    begins = np.array([3, 10])
    assert [begin_of(played, begins) for played in (0, 3, 4, 10, 11)] == [0, 3, 3, 3, 10]
    assert begin_of(5, np.empty(0, np.int64)) == 0


def test_list_sizes_come_first_then_flags_of_the_page():
    trace = synthetic.life_of_one_page()
    events = trace.events(0, len(trace))
    fifth = int(np.flatnonzero(events["kind"] == kinds.STEP)[4])
    activate = int(np.flatnonzero((events["kind"] == kinds.MOVE) & (events["src"] == lanes.ISOLATED))[1])
    baseline, view = Baseline(trace), trace.view_at(activate + 3)
    baseline.follow(fifth, view)
    told = [(change.name, change.text) for change in changes(baseline, view, 0xAB0)]
    assert told == [
        ("nr_inactive_anon", "−1"),
        ("nr_active_anon", "+1"),
        ("pgactivate", "+1"),
        ("ABC PG_active", "0→1"),
        ("pgscan_kswapd", "+1"),
    ]


def test_a_large_machine_compares_counters_only():
    trace = synthetic.large(SMALL_FRAMES + 1, 500)
    baseline, view = Baseline(trace), trace.view_at(len(trace))
    baseline.follow(1, view)
    assert baseline.bits is None
    assert baseline.since(view) == {}


def test_counters_and_time_at_a_position_are_those_of_the_view():
    trace = synthetic.life_of_one_page()
    for position in range(0, len(trace) + 1, 7):
        view = trace.view_at(position)
        counter, now_ns = counters_at(trace, position)
        assert counter.tolist() == view.counter.tolist()
        assert now_ns == view.clock[0, tables.CLOCK_NOW_NS]


def test_swap_slots_in_use_are_counted():
    trace = Trace(new_view(Sizes(1, 4, 1, 1, 5, 1, 1, 1, 2)), Meta())
    trace.labels.devices += ["disk", "ssd (swap)"]
    view = trace.view_at(0)
    view.swap_map[1:] = (1, bits.SWAP_HAS_CACHE, 1 | bits.SWAP_HAS_CACHE, 0)
    card = swap_card(view, trace, Rect(0, 0, 100, 100), 4.0)
    assert (card.device, card.used, card.total) == ("ssd", 3, 4)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (words.signed(-12_480), "−12 480"),
        (words.signed(3), "+3"),
        (words.grouped(1_048_576), "1 048 576"),
        (words.counted(1), "1 page"),
        (words.counted(2_560, "hit"), "2 560 hits"),
        (words.unbroken("25 pages, 102 400 B of 3"), "25 pages, 102\xa0400\xa0B of 3"),
        (words.unbroken("12 KiB · 100 % in 2 ms"), "12\xa0KiB · 100\xa0% in 2\xa0ms"),
        (words.byte_size(0), "0 B"),
        (words.byte_size(10 << 20), "10 MiB"),
        (words.byte_size(96 * 1024 + 512), "96.5 KiB"),
        (words.duration(100), "100 ns"),
        (words.duration(12_840_000), "12.8 ms"),
        (words.duration(2_500_000_000), "2.50 s"),
        (words.action(0, lanes.FREE, lanes.IN_HAND), "alloc"),
        (words.actor_name(1), "kswapd1"),
        (words.actor_name(tables.ACTOR_DIRECT), "direct reclaim"),
        (words.transfer(writing=True, swap=True), "swap out"),
    ],
)
def test_words(said, expected):
    assert said.replace("\u2009", " ") == expected


def test_motions_begin_and_end_where_they_should():
    assert [in_out(0.0), in_out(1.0)] == [0, 1]
    assert np.all(np.diff(in_out(np.linspace(0, 1, 50))) > 0)
    assert [bump(0.0), bump(0.5), bump(1.0)] == [0, 1, 0]


def test_every_decision_that_has_a_sentence_has_words_on_the_stage():
    assert set(explain.DECISIONS) <= set(words.VERDICTS)
