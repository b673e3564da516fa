"""Going on from a recording: the same commands on the same machine, up to any position, and further."""

import dataclasses
import json

import pytest

from memsim_gui.engine import recording, scenario, script, sources, spec_values
from memsim_gui.engine.commands import Mmap, Touch, from_dict
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.machine_spec import build
from memsim_gui.engine.resume import Resumption
from memsim_gui.engine.script_run import ScriptRun
from memsim_gui.trace import kinds
from memsim_gui.trace.store import Trace

SCRIPT = """policy 0
swap 64
every 128
anon A 12
file F 6
touch A 0 12 w
sample full
mlock A 4097 8000
read F 0 6
mixstream A r 4 F 0 6 99
munlock A 4097 8000
madvise A 0 4 pageout
drop_caches 1
"""
TWO_NODES = {"memory": "64 MiB", "nodes": 2, "swap": "16 MiB", "device": {"kind": "hdd", "latency_us": 3}}


def resumed(trace, position):
    found = Resumption(trace, position)
    while not found.advance():
        pass
    return found


def through_a_file(trace, tmp_path):
    recording.save(trace, tmp_path / "a.memsim")
    return recording.load(tmp_path / "a.memsim")


def events_of(trace):
    return trace.events(0, len(trace)).tobytes()


@pytest.mark.parametrize("ident", list(scenario.shipped()))
def test_a_recorded_scenario_is_simulated_again_to_the_last_event(tmp_path, ident):
    run = sources.open_source(ident)
    run.finish()
    found = resumed(through_a_file(run.machine.trace, tmp_path), len(run.machine.trace))
    assert found.difference() == ""
    assert found.machine.digest() == run.machine.digest()
    assert found.machine.trace.labels == run.machine.trace.labels


def test_going_on_at_a_step_and_redoing_the_rest_leads_to_the_same_end(tmp_path):
    run = sources.open_source("S1")
    run.finish()
    recorded = through_a_file(run.machine.trace, tmp_path)
    third = int(recorded.positions_of(kinds.STEP)[2])
    found = resumed(recorded, third)
    assert events_of(found.machine.trace) == recorded.events(0, third).tobytes()
    while found.history.can_redo:
        found.history.redo()
    assert events_of(found.machine.trace) == events_of(recorded)


def test_a_position_within_a_command_leads_to_the_end_of_the_command(tmp_path):
    machine = Machine.build(memory="64p", swap="128p")
    ends = [machine.apply(command).end for command in (Mmap("a", 80), Touch("a", write=True), Touch("a"))]
    recorded = through_a_file(machine.trace, tmp_path)
    found = resumed(recorded, ends[0] + 5)
    assert len(found.machine.trace) == ends[1]
    assert found.history.undo() == [Touch("a", write=True)]
    new = found.history.apply(Mmap("b", 4))
    assert new.ok
    assert not found.history.can_redo


@pytest.mark.parametrize("table", [{}, TWO_NODES, {"memory": "1 GiB", "cpus": 4, "policy": "lesson", "seed": 9}])
def test_a_description_of_a_machine_comes_back_from_its_values(table):
    spec = build(table)
    values = json.loads(json.dumps(spec_values.to_values(spec)))
    assert spec_values.from_values(values, "x") == spec


def test_a_scripts_commands_come_back_from_their_values(tmp_path):
    path = tmp_path / "a.wl"
    path.write_text(SCRIPT)
    machine = Machine(build({"memory": "16 MiB", "swap": "64 MiB"}))
    ScriptRun(script.load(path), machine).finish()
    found = resumed(through_a_file(machine.trace, tmp_path), len(machine.trace))
    assert found.machine.digest() == machine.digest()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("zones", []), ("zones", [{"node": 0}]), ("zones", 3), ("cpus", 0), ("cpus", 1e9), ("policy", "x"),
        ("policy", []), ("sysctls", {"vm.swappiness": -1}), ("sysctls", {"x": 1}), ("file_device", None),
        ("counters", {"999999": 1}), ("counters", {"0": -1}), ("swap_pages", 1), ("metadata", "many"), ("detail", None),
    ],
)  # fmt: skip
def test_a_hostile_description_is_one_line(key, value):
    values = spec_values.to_values(build({"memory": "4 MiB"})) | {key: value}
    with pytest.raises(InputError, match="accepted"):
        spec_values.from_values(values, "its machine")


def test_a_recording_without_a_machine_or_with_wrong_commands_says_so():
    machine = Machine.build(memory="64p")
    machine.apply(Mmap("a", 8))
    blank = Trace(machine.trace.view_at(0), dataclasses.replace(machine.trace.meta, machine=""))
    with pytest.raises(InputError, match="does not say how its machine was made"):
        Resumption(blank, 0)
    for wrong in ("{", '{"op": "none"}', "[]"):
        machine.trace.labels.command_values[0] = wrong
        with pytest.raises(InputError, match="its command 1"):
            Resumption(machine.trace, 9)


def test_a_difference_to_what_was_recorded_is_told():
    machine = Machine.build(memory="64p")
    machine.apply(Mmap("a", 8))
    machine.apply(Touch("a", write=True))
    value = from_dict(json.loads(machine.trace.labels.command_values[1]), "x")
    machine.trace.labels.command_values[1] = json.dumps(dataclasses.replace(value, write=False).to_dict())
    found = resumed(machine.trace, len(machine.trace))
    assert "differently from event" in found.difference()
