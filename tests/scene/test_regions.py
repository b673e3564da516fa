"""Parts of a picture have names, lie in it and hold what they are called after."""

import pytest

from memsim_gui.scene.frame import composition
from memsim_gui.scene.geometry import Rect
from memsim_gui.scene.regions import hull, names, regions
from memsim_gui.scene.stage.layout import stage_layout
from memsim_gui.trace import lanes
from tests.scene.test_layout import metrics

SIZE = (1280.0, 720.0)


def laid_out(nodes):
    m = metrics(SIZE, lecture=True)
    composed = composition(SIZE, m, 100)
    layout = stage_layout(composed.stage, nodes, m)
    return layout, regions(composed, layout)


def test_names_of_one_node_stand_alone_and_those_of_several_after_it():
    assert {"stage", "caption", "node0", "lanes", "free", "devices", "reclaim", "active-anon"} <= set(names(1))
    assert {"stage", "node0", "node1", "node0.lanes", "node1.unevictable"} <= set(names(2))
    assert "lanes" not in names(2)


@pytest.mark.parametrize("nodes", [1, 2, 4])
def test_each_part_lies_in_the_picture(nodes):
    _, found = laid_out(nodes)
    assert list(found) == names(nodes)
    for name, rect in found.items():
        assert Rect(0, 0, *SIZE).contains(rect, slack=1.0), name
        assert min(rect.w, rect.h) > 0, name


def test_parts_hold_what_they_are_called_after():
    layout, found = laid_out(2)
    box = layout.nodes[1]
    for lane in box.lanes.values():
        assert found["node1.lanes"].contains(lane.card)
    assert found["node1.inactive-file"].contains(box.lanes[lanes.INACTIVE_FILE].card)
    assert not found["node1.inactive-file"].overlaps(box.lanes[lanes.ACTIVE_FILE].card)
    assert found["node1.devices"].contains(box.swap)
    assert not found["node0.lanes"].overlaps(box.panel)


def test_a_hull_is_the_smallest_rectangle_around():
    assert hull([Rect(1, 2, 3, 4), Rect(10, 0, 1, 1)]) == Rect(1, 0, 10, 6)
