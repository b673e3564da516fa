"""On every size nothing overlaps, and no page's way crosses a list that the page does not enter."""

import itertools

import numpy as np
import pytest

from memsim_gui.scene import ruler
from memsim_gui.scene.frame import composition
from memsim_gui.scene.geometry import Metrics, Rect
from memsim_gui.scene.stage import routes
from memsim_gui.scene.stage.layout import grown, stage_layout
from memsim_gui.trace import lanes

SIZES = [(1280, 720), (1920, 1080), (3840, 2160), (1000, 640)]


def metrics(size, *, lecture):
    scale = min(size[0] / 1280, size[1] / 720) if lecture else min(size[0] / 1100, size[1] / 780)
    base = {"title": 34, "heading": 23, "body": 18, "small": 16, "caption": 25, "mono": 19, "token": 54}
    lab = {"title": 17, "heading": 14.5, "body": 12.5, "small": 11, "caption": 13, "mono": 11.5, "token": 38}
    values = {name: scale * value for name, value in (base if lecture else lab).items()}
    return Metrics(unit=4 * scale, radius=7 * scale, line=max(1, scale), lecture=lecture, **values)


def layouts():
    for size, lecture, nodes in itertools.product(SIZES, (True, False), (1, 2, 3, 4, 6, 8)):
        m = metrics(size, lecture=lecture)
        ident = f"{size[0]}-{'lecture' if lecture else 'lab'}-{nodes}"
        yield pytest.param(size, m, nodes, id=ident)
        yield pytest.param(size, grown(m), nodes, id=f"{ident}-grown")


def boxes(node):
    cards = [lane.card for lane in node.lanes.values()]
    return [*cards, node.free, node.swap, node.disk, node.batch, node.actors, node.stats]


@pytest.mark.parametrize("ruled", [False, True])
@pytest.mark.parametrize(("size", "m", "nodes"), list(layouts()))
def test_nothing_overlaps_and_nothing_leaves_the_picture(size, m, nodes, ruled):
    parts = composition(size, m, 200, ruler_height=ruler.height(m) if ruled else 0.0)
    whole = Rect(0, 0, *size)
    rows = [part for part in (parts.title, parts.stage, parts.ruler, parts.caption, parts.footer) if part.h]
    assert (parts.ruler in rows) == ruled
    assert all(whole.contains(part, slack=0.01) for part in rows)
    assert not any(a.overlaps(b) for a, b in itertools.combinations(rows, 2))
    layout = stage_layout(parts.stage, nodes, m)
    panels = [*layout.chips, *(node.panel for node in layout.nodes)]
    assert all(parts.stage.contains(panel, slack=0.01) for panel in panels)
    assert not any(a.overlaps(b) for a, b in itertools.combinations(panels, 2))
    for node in layout.nodes:
        assert all(node.panel.contains(box, slack=0.01) for box in boxes(node))
        assert not any(a.overlaps(b) for a, b in itertools.combinations([node.header, *boxes(node)], 2))


@pytest.mark.parametrize(("size", "m", "nodes"), list(layouts()))
def test_parts_of_a_lane_lie_inside_its_card_apart_from_each_other(size, m, nodes):
    for node in stage_layout(composition(size, m).stage, nodes, m).nodes:
        for lane in node.lanes.values():
            parts = [part for part in (lane.head, lane.tokens, lane.bay, lane.verdict) if part.h and part.w]
            assert all(lane.card.contains(part, slack=0.01) for part in parts)
            assert not any(a.overlaps(b) for a, b in itertools.combinations(parts, 2))
            assert lane.tokens.h > 0
            assert lane.tokens.w > 0


def stops(node):
    """Both ends of every list, its bay, the gauge's levels, the batch card, the devices."""
    for kind, lane in node.lanes.items():
        for x in (lane.tokens.x, lane.tokens.right):
            for y in (lane.tokens.y, lane.tokens.bottom):
                yield routes.Stop(x, y, lane.card, kind)
        if lane.bay.w:
            yield routes.Stop(lane.bay.cx, lane.bay.cy, lane.card, kind)
    for share in (0.1, 0.5, 0.95):
        yield routes.Stop(node.free.cx, node.free.y + share * node.free.h, node.free, lanes.FREE)
    yield routes.Stop(node.batch.cx, node.batch.cy, node.batch, lanes.LRU_ADD)
    yield routes.Stop(node.swap.cx, node.swap.cy, node.swap, routes.SWAP)
    yield routes.Stop(node.disk.cx, node.disk.cy, node.disk, routes.DISK)


def crosses(points, box):
    x, y = points[:, 0], points[:, 1]
    return bool(np.any((x > box.x) & (x < box.right) & (y > box.y) & (y < box.bottom)))


def dense(points):
    steps = np.linspace(0, 1, 12, endpoint=False)[:, None]
    return np.concatenate([a + (b - a) * steps for a, b in itertools.pairwise(points)])


@pytest.mark.parametrize("few", [True, False])
@pytest.mark.parametrize("lecture", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_no_way_crosses_a_box_it_does_not_enter(size, lecture, few):
    m = metrics(size, lecture=lecture)
    m = grown(m) if few else m
    node = stage_layout(composition(size, m, 200).stage, 1, m).nodes[0]
    all_stops = list(stops(node))
    for a, b in itertools.permutations(all_stops, 2):
        way = dense(routes.route(node, a, b))
        assert np.allclose(way[0], (a.x, a.y))
        foreign = [box for box in boxes(node) if box not in (a.box, b.box)]
        assert not any(crosses(way, box) for box in foreign)
        assert np.all(way[:, 0] >= node.panel.x)


@pytest.mark.parametrize("offset", [-9.0, 9.0])
def test_shifted_ways_of_flows_stay_in_the_gutters(offset):
    m = metrics((1920, 1080), lecture=False)
    node = stage_layout(composition((1920, 1080), m).stage, 1, m).nodes[0]
    for a, b in itertools.permutations(stops(node), 2):
        way = dense(routes.route(node, a, b, offset))
        foreign = [box for box in boxes(node) if box not in (a.box, b.box)]
        assert not any(crosses(way, box) for box in foreign)


def test_progress_along_a_way_is_by_its_length():
    points = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 30.0]])
    assert routes.along(points, 0.5) == (10.0, 10.0)
    x, y = routes.along_many(points, np.array([0.0, 0.25, 1.0]))
    assert x.tolist() == [0, 10, 10]
    assert y.tolist() == [0, 0, 30]


@pytest.mark.parametrize(("lecture", "least"), [(True, 48), (False, 60)])
def test_a_machine_of_few_pages_has_room_for_large_tokens(lecture, least):
    m = grown(metrics((1280, 720), lecture=lecture))
    node = stage_layout(composition((1280, 720), m, 200).stage, 1, m).nodes[0]
    assert m.token > least
    assert all(lane.tokens.h > least and lane.tokens.w > 2 * least for lane in node.lanes.values())


@pytest.mark.parametrize("lecture", [True, False])
def test_four_nodes_stand_two_by_two(lecture):
    size = (1280, 720)
    m = metrics(size, lecture=lecture)
    panels = [node.panel for node in stage_layout(composition(size, m, 60).stage, 4, m).nodes]
    assert len({panel.x for panel in panels}) == len({panel.y for panel in panels}) == 2


def test_without_a_caption_the_stage_is_larger():
    size = (640, 360)
    m = metrics(size, lecture=False)
    with_caption, without = composition(size, m, 200), composition(size, m)
    assert without.caption_size == 0 < with_caption.caption_size
    assert without.stage.h > with_caption.stage.h + 3 * m.body


def test_a_last_row_that_is_not_full_shares_the_width():
    nodes = stage_layout(Rect(0, 0, 1270, 580), 3, metrics((1280, 720), lecture=False)).nodes
    assert [round(box.panel.w / nodes[0].panel.w, 1) for box in nodes] == [1.0, 1.0, 2.0]
    assert nodes[2].panel.right == pytest.approx(nodes[1].panel.right)


def test_of_many_nodes_one_is_chosen_from_a_row_of_all():
    layout = stage_layout(Rect(0, 0, 1270, 580), 6, metrics((1280, 720), lecture=False), chosen=4)
    assert [box.node for box in layout.nodes] == [4]
    assert layout.box_of(0) is None
    assert [layout.chip_at(r.cx, r.cy) for r in layout.chips] == [0, 1, 2, 3, 4, 5]
    assert layout.chip_at(layout.nodes[0].panel.cx, layout.nodes[0].panel.cy) == -1
