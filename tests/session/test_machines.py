"""A machine without a story: presets, its line, building it, and commands on it."""

import pytest

from memsim_gui.engine import commands as c
from memsim_gui.engine import machine_spec
from memsim_gui.engine.errors import InputError
from memsim_gui.session import machines
from memsim_gui.session.jobs import Apply, Build, Undo
from memsim_gui.session.opening import open_machine, shipped_recording
from memsim_gui.session.worker import Worker
from memsim_gui.trace import kinds


@pytest.mark.parametrize("title", machines.PRESETS)
def test_every_preset_is_a_machine(title):
    spec = machine_spec.build({**machines.STANDARD, **machines.PRESETS[title]})
    assert machines.summary(spec).count(";") == 2


def test_a_machine_in_a_line():
    spec = machine_spec.build({**machines.STANDARD, **machines.PRESETS["Classroom, 64 MiB"]})
    said = machines.summary(spec).replace("\u202f", " ").replace("\u2009", " ")
    assert said == (
        "16 384 pages (64 MiB) on 1 node, zones Normal; watermarks min/low/high = 256/320/384; swap 16 383 slots"
    )


def test_a_large_machine_tells_flows():
    assert open_machine({"memory": "64 pages"}).story.level == kinds.LEVEL_FULL
    assert open_machine({"memory": "2 GiB"}).story.level == kinds.LEVEL_FLOW
    with pytest.raises(InputError, match="nodes"):
        open_machine({"nodes": 99})


def test_an_empty_machine_takes_commands_and_has_nothing_to_undo():
    story = open_machine({"memory": "64 pages", "detail": "classroom", "vm.min_free_kbytes": 16}).story
    assert shipped_recording(story) is None
    worker, reports = Worker(), []
    worker.reported.connect(reports.append)
    worker.do(Build(story))
    assert (reports[-1].undo, reports[-1].steps_left) == ("", 0)
    assert len(worker.telling.machine.trace) == 0
    worker.do(Apply((c.Mmap("heap", 4),)))
    assert reports[-1].undo == "main maps 4 pages as heap"
    worker.do(Undo())
    assert len(worker.telling.machine.trace) == 0


def test_a_report_carries_the_settings_that_steer_the_watermarks():
    worker, reports = Worker(), []
    worker.reported.connect(reports.append)
    worker.do(Build(open_machine({"memory": "64 MiB", "vm.min_free_kbytes": 2048}).story))
    zone = worker.telling.machine.view().zone
    assert reports[-1].tunables["vm.min_free_kbytes"] == 2048
    assert reports[-1].tunables["vm.watermark_scale_factor"] == 10
    worker.do(Apply((c.SetSysctl("vm.watermark_scale_factor", 1000),)))
    after = worker.telling.machine.view().zone
    assert reports[-1].tunables["vm.watermark_scale_factor"] == 1000
    # The minimum that the machine was given stays, as in setup_per_zone_wmarks.
    assert zone[:, 2].sum() == after[:, 2].sum() > 500
    assert after[:, 3].sum() > zone[:, 3].sum()
