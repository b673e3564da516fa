"""A recording that grows while its machine runs, also when the program dies in the middle."""

import itertools
import os
import signal
import subprocess
import sys
import time

import pytest

from memsim_gui.engine import recording
from memsim_gui.engine.commands import Mmap, Touch
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.recording import recorder as recorder_module
from memsim_gui.engine.recording.recorder import Recorder
from memsim_gui.trace.view_state import differences

ENDLESS = """
import sys, time
from memsim_gui.engine.commands import Mmap, Touch
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.recording.recorder import Recorder

machine = Machine.build(memory="256p", swap="1024p")
with Recorder(machine.trace, sys.argv[1]) as recorder:
    machine.apply(Mmap("heap", 400))
    while True:
        machine.apply(Touch("heap", write=True))
        recorder.take()
        print(len(machine.trace), flush=True)
        time.sleep(0.05)
"""


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr(recorder_module, "SECONDS_BETWEEN", 0.0)


def same(found, trace):
    assert len(found) == len(trace)
    assert found.events(0, len(found)).tobytes() == trace.events(0, len(trace)).tobytes()
    assert found.labels == trace.labels
    assert differences(found.view_at(len(found)), trace.view_at(len(trace))) == []


@pytest.mark.usefixtures("at_once")
def test_what_was_taken_stands_in_the_file_while_the_machine_runs(tmp_path):
    machine, out = Machine.build(memory="64p", swap="64p"), tmp_path / "a.memsim"
    with Recorder(machine.trace, out) as recorder:
        for command in (Mmap("heap", 90), Touch("heap", write=True), Touch("heap", write=True)):
            machine.apply(command)
            recorder.take()
            same(recording.load(out), machine.trace)
    same(recording.load(out), machine.trace)
    assert [path.name for path in tmp_path.iterdir()] == ["a.memsim"]


def test_a_killed_program_leaves_all_but_the_last_second(tmp_path):
    out = tmp_path / "a.memsim"
    with subprocess.Popen([sys.executable, "-c", ENDLESS, str(out)], stdout=subprocess.PIPE, text=True) as program:
        lengths = [(time.monotonic(), int(line)) for line in itertools.islice(program.stdout, 60)]
        os.kill(program.pid, signal.SIGKILL)
    trace = recording.load(out)
    died = lengths[-1][0]
    assert len(trace) >= max(length for at, length in lengths if at < died - 1.5)
    assert differences(trace.view_at(len(trace)), trace.forward(trace.view_at(0), 0, len(trace))) == []


def test_a_full_disk_is_one_line_and_leaves_what_was_recorded(tmp_path):
    code = (
        "import resource, sys\n"
        "from memsim_gui.engine.recording import recorder\n"
        "from memsim_gui.engine.commands import Mmap, Touch\n"
        "from memsim_gui.engine.machine import Machine\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "recorder.SECONDS_BETWEEN = 0.0\n"
        "machine = Machine.build(memory='256p', swap='1024p')\n"
        "try:\n"
        "    with recorder.Recorder(machine.trace, sys.argv[1]) as found:\n"
        "        machine.apply(Mmap('heap', 400))\n"
        "        found.take()\n"
        "        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "        for _ in range(200):\n"
        "            machine.apply(Touch('heap', write=True))\n"
        "            found.take()\n"
        "except ValueError as error:\n"
        "    print(error)\n"
    )
    out = tmp_path / "a.memsim"
    done = subprocess.run([sys.executable, "-c", code, str(out)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    assert "a.memsim: cannot be written" in line
    assert len(recording.load(out)) > 0


def test_a_place_that_cannot_be_written_is_one_line(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        Recorder(Machine.build(memory="64p").trace, tmp_path / "none" / "a.memsim")
