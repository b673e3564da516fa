"""A machine driven by commands: names, errors, growing tables, undo, determinism."""

import numpy as np
import pytest

from memsim_gui import Machine
from memsim_gui.engine import commands as c
from memsim_gui.engine import machine_spec
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.history import History
from memsim_gui.engine.machine_spec import build
from memsim_gui.mm import calls
from memsim_gui.trace import kinds, tables
from memsim_gui.trace.view_state import differences
from tests.mm.invariants import check

pytestmark = pytest.mark.plain

SMALL = {"memory": "576 KiB", "watermarks": {"min": 4, "low": 6, "high": 8}, "swap": "256 KiB"}
STORY = (
    c.Mmap("A", 64),
    c.OpenFile("F", 64 * 4096),
    c.Touch("A", 0, 40, write=True),
    c.Read("F"),
    c.Write("F", 0, 20 * 4096),
    c.Access("A", "zipf", 200, write=True, seed=3),
    c.Mlock("A", 100, 9000),
    c.Pressure(100),
    c.Sync(),
    c.DropCaches(3),
    c.MmapFile("F"),
    c.Touch("F"),
    c.Fork("kid", "main", 500),
    c.Touch("A of kid", 0, 10, write=True),
    c.Munlock("A", 100, 9000),
    c.Madvise("A", "pageout"),
    c.WaitIo(),
    c.ExitTask("kid"),
    c.Munmap("A", 0, 10),
    c.SetSysctl("vm.min_free_kbytes", 64),
    c.KswapdPass(),
    c.DirectReclaim(8),
    c.ScanList("inactive-anon", 4),
    c.Sleep(100),
    c.ExitTask("main"),
)


def _machine(**changes):
    return Machine(build({**SMALL, **changes}))


def _assert_replayed(machine):
    assert differences(machine.view(), machine.trace.view_at(len(machine.trace))) == []


PER_PAGE = {
    "lane",
    "lru_next",
    "lru_prev",
    "bits",
    "mapping",
    "pgoff",
    "pte_pfn",
    "pte_bits",
    "cell",
    "swap_map",
    "swap_cell",
}


@pytest.mark.parametrize(("level", "untold"), [(kinds.LEVEL_FLOW, set()), (kinds.LEVEL_COUNTERS, {"lane_pages"})])
def test_lower_levels_tell_lanes_counters_and_tables_after_every_slice(level, untold):
    machine = Machine(build(SMALL), level)
    for command in STORY:
        machine.begin(command)
        while not machine.advance(16):
            told = {
                text.split("[")[0].split(":")[0]
                for text in differences(machine.view(), machine.trace.view_at(len(machine.trace)))
            }
            assert told <= PER_PAGE | untold
    shown = machine.trace.view_at(len(machine.trace))
    assert machine.counters()["pgfault"] > 0
    assert shown.counter.tolist() == machine.view().counter.tolist()


@pytest.mark.parametrize("detail", ["kernel", "classroom"])
def test_the_trace_tells_everything(detail):
    machine = _machine(detail=detail)
    for command in STORY:
        outcome = machine.apply(command)
        assert outcome.ok, (command, outcome.error)
        assert machine.trace.labels.commands[-1] == command.describe()
        _assert_replayed(machine)


def test_equal_commands_give_equal_machines():
    first, second = _machine(), _machine()
    for command in STORY:
        first.apply(command)
        second.apply(command)
        assert first.digest() == second.digest()
    events = [machine.trace.events(0, len(machine.trace)) for machine in (first, second)]
    assert np.array_equal(*events)


@pytest.mark.parametrize("budget", [0, 300_000, 1 << 28])
def test_undo_and_redo(budget):
    machine = _machine()
    history = History(machine, budget)
    digests = [machine.digest()]
    for number, command in enumerate(STORY):
        if number % 5 == 0:
            history.step(f"step {number}", "caption")
        history.apply(command)
        digests.append(machine.digest())
    events = machine.trace.events(0, len(machine.trace)).copy()
    for number in range(len(STORY) - 1, len(STORY) - 9, -1):
        assert history.undo() == [STORY[number]]
        assert len(machine.trace.labels.commands) == number
    _assert_replayed(machine)
    while history.can_redo:
        history.redo()
    assert machine.digest() == digests[-1]
    assert np.array_equal(machine.trace.events(0, len(machine.trace)), events)
    assert machine.trace.labels.step_titles == ["step 0", "step 5", "step 10", "step 15", "step 20"]


def test_a_checkpoint_costs_its_state_only():
    machine = Machine.build(memory="4 MiB", swap="1 MiB")
    assert machine.checkpoint().nbytes < machine.state.ring.nbytes / 10


def test_to_undo_everything_runs_few_commands_again(monkeypatch):
    machine = Machine.build(memory="4 MiB", swap="1 MiB")
    history = History(machine, 6 * machine.checkpoint().nbytes)
    for number in range(60):
        history.apply(c.Process(name=f"p{number}"))
        assert history.memory.used <= history.memory.budget
    begun = []
    begin = machine.begin
    monkeypatch.setattr(machine, "begin", lambda command: (begun.append(command), begin(command)))
    for left in range(59, -1, -1):
        history.undo()
        assert len(machine.book.tasks) == left
        assert history.memory.used <= history.memory.budget
    assert len(begun) < 6 * 60


def test_undo_to_the_start_and_another_way_on():
    history = History(_machine())
    start = history.machine.digest()
    with pytest.raises(InputError, match="undo"):
        history.undo()
    history.apply(c.Mmap("A", 4))
    history.apply(c.Touch("A", write=True))
    history.undo()
    history.undo()
    assert history.machine.digest() == start
    history.apply(c.Mmap("B", 4))
    with pytest.raises(InputError, match="redo"):
        history.redo()
    assert [command.describe() for command in history.commands] == ["main maps 4 pages as B"]


def test_commands_asked_for_at_once_are_undone_and_redone_at_once():
    history = History(_machine())
    history.apply(c.Mmap("A", 4))
    before = history.machine.digest()
    for command, joins in ((c.Mmap("B", 600), False), (c.Touch("B", write=True), True)):
        history.begin(command, joins=joins)
        while not history.advance(64):
            pass
    after = history.machine.digest()
    assert [command.op for command in history.last] == ["mmap", "touch"]
    assert [command.op for command in history.undo()] == ["mmap", "touch"]
    assert history.machine.digest() == before
    history.redo()
    assert (history.machine.digest(), history.can_redo) == (after, False)
    history.undo()
    assert history.undo() == [c.Mmap("A", 4)]
    history.redo()
    assert history.commands == [c.Mmap("A", 4)]
    history.begin(c.Mmap("B", 600))
    history.advance(1 << 20)
    history.begin(c.Touch("B", write=True), joins=True)
    history.advance(64)
    history.cancel()
    assert history.machine.digest() == before
    assert history.last == [c.Mmap("A", 4)]


def test_a_running_command_can_be_cancelled():
    history = History(_machine())
    history.apply(c.Mmap("A", 600))
    before = history.machine.digest(), len(history.machine.trace)
    history.begin(c.Touch("A", write=True))
    assert not history.advance(100)
    with pytest.raises(RuntimeError, match="still running"):
        history.machine.begin(c.Sync())
    history.cancel()
    assert (history.machine.digest(), len(history.machine.trace)) == before
    history.apply(c.Touch("A", 0, 10, write=True))
    _assert_replayed(history.machine)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (c.Touch("B"), r"unknown region 'B'"),
        (c.Touch("A", 3, 2), "pages 0 to 3"),
        (c.Touch("A", 9), "pages 0 to 3"),
        (c.Mmap("A", 4), "exists already"),
        (c.Mmap("B", 4, address=4097), "not the start of a page"),
        (c.Mmap("B", 4, address=0x7F0000000000), "lies in A"),
        (c.Read("G"), "unknown file"),
        (c.Read("F", 8192), "bytes 0 to 8192"),
        (c.Write("F", 0, 9000), "bytes 0 to 8192"),
        (c.OpenFile("F", 3), "exists already"),
        (c.Process("main"), "exists already"),
        (c.ExitTask("ghost"), "unknown process"),
        (c.Mlock("A", 1 << 20), "byte 1048576"),
        (c.SetSysctl("vm.swappines", 3), "did you mean vm.swappiness"),
        (c.SetSysctl("swappiness", 999), "0 to 200"),
        (c.Shm("A", 4), "exists already"),
        (c.Fork("main"), "exists already"),
    ],
)
def test_commands_that_name_what_is_not_there_change_nothing(command, message):
    machine = _machine()
    machine.apply(c.Mmap("A", 4))
    machine.apply(c.OpenFile("F", 8192))
    before = machine.digest(), len(machine.trace)
    with pytest.raises(InputError, match=message):
        machine.apply(command)
    assert (machine.digest(), len(machine.trace)) == before


def test_a_refused_command_says_so_and_changes_no_counter():
    machine = _machine()
    machine.apply(c.Process("user", memlock=2))
    machine.apply(c.Mmap("A", 8, process="user"))
    outcome = machine.apply(c.Mlock("A"))
    assert (outcome.ok, outcome.error, outcome.changed) == (False, "ENOMEM", {})
    assert kinds.ERRNO in machine.trace.events(outcome.start, outcome.end)["kind"]
    assert machine.apply(c.Mlock("A", 0, 8192)).ok


def test_a_cold_read_finds_nothing_of_its_file_and_leaves_others_alone():
    machine = _machine()
    for command in (c.OpenFile("F", 8192), c.OpenFile("G", 4096), c.Read("F"), c.Read("G")):
        machine.apply(command)
    assert "pgpgin" not in machine.apply(c.Read("F", times=3)).changed
    changed = machine.apply(c.Read("F", times=3, cold=True)).changed
    assert (changed["pgpgin"], changed["pgfree"], changed.get("nr_file_pages", 0)) == (3 * 2 * 4, 3 * 2, 0)
    assert "pgpgin" not in machine.apply(c.Read("G")).changed


def test_tables_grow():
    machine = _machine()
    for number in range(40):
        machine.apply(c.Mmap(f"A{number}", 40))
        machine.apply(c.OpenFile(f"F{number}", 40 * 4096))
        machine.apply(c.Process(f"P{number}"))
    machine.apply(c.Touch("A39", write=True))
    assert machine.apply(c.Read("F39")).changed["nr_file_pages"] == 40
    assert machine.trace.labels.files[39] == "F39"
    _assert_replayed(machine)


def test_page_tables_rows_are_used_again():
    machine = _machine()
    for number in range(5):
        machine.apply(c.Mmap(f"A{number}", 600))
        machine.apply(c.Touch(f"A{number}", 0, 3, write=True))
        machine.apply(c.Munmap(f"A{number}"))
    assert machine.book.ptes == 1024
    assert machine.counters()["nr_anon_pages"] == 0


def test_a_killed_process_is_forgotten_and_can_come_again():
    machine = _machine(swap=0)
    outcome = machine.apply(c.Pressure(300))
    assert outcome.changed["oom_kill"] == 1
    assert not machine.task_alive("pressure")
    assert not machine.book.regions
    assert machine.apply(c.Pressure(20)).ok
    assert machine.book.task("pressure") == 1


def test_what_did_not_fit_the_ring_is_told_and_mended_by_a_keyframe(monkeypatch):
    monkeypatch.setattr(machine_spec, "LEAST_RING", 256)
    monkeypatch.setattr(machine_spec, "EVENTS_PER_PAGE", 1)
    machine = _machine()
    machine.apply(c.Pressure(100))
    machine.apply(c.ExitTask("pressure"))
    assert len(machine.trace.positions_of(kinds.LOST)) == 1
    _assert_replayed(machine)


def test_regions_lie_one_after_the_other_from_a_fixed_address():
    machine = _machine()
    machine.apply(c.Mmap("A", 600))
    machine.apply(c.Mmap("B", 4))
    machine.apply(c.Mmap("C", 4, process="other"))
    assert [machine.book.region(name).address for name in "ABC"] == [0x7F0000000000, 0x7F0000400000, 0x7F0000000000]


@pytest.mark.parametrize(
    ("offset", "length", "pages"), [(0x1234, 100_000, 25), (0x1C00, 100_000, 26), (0, 4096, 1), (1, 4096, 2)]
)
def test_mlock_covers_whole_pages(offset, length, pages):
    machine = _machine()
    machine.apply(c.Mmap("A", 64))
    outcome = machine.apply(c.Mlock("A", offset, length))
    assert outcome.changed["nr_mlock"] == pages
    assert machine.state.task[0, tables.TASK_LOCKED_VM] == pages


def test_counters_have_the_thresholds_and_swap():
    machine = _machine()
    values = machine.counters()
    free = values["nr_free_pages"] - sum(zone.protection + zone.high for zone in machine.spec.zones)
    assert values["nr_dirty_threshold"] == 819 * (free + 1) // 4096
    assert values["nr_dirty_background_threshold"] == 409 * (free + 1) // 4096
    machine.apply(c.Pressure(150))
    assert machine.counters()["swap_used"] > 0


def test_watermarks_follow_their_sysctl():
    machine = _machine(watermarks={"min": 4, "low": 6, "high": 8})
    machine.apply(c.SetSysctl("min_free_kbytes", 64))
    zone = machine.state.zone[1]
    assert zone[[tables.ZONE_MIN, tables.ZONE_LOW, tables.ZONE_HIGH]].tolist() == [16, 20, 24]
    assert machine.apply(c.SetSysctl("kernel.numa_balancing", 0)).ok


@pytest.mark.parametrize("level", [kinds.LEVEL_COUNTERS, kinds.LEVEL_FLOW])
def test_lower_levels_run_the_same_machine(level):
    full, low = Machine(build(SMALL)), Machine(build(SMALL), level)
    for command in STORY:
        full.apply(command)
        low.apply(command)
    assert low.counters() == full.counters()
    assert len(low.trace) < len(full.trace)


@pytest.mark.plain
def test_the_copies_of_a_fork_have_rows_of_their_own():
    machine = Machine.build(memory="512 KiB", swap="256 KiB")
    for command in (
        c.Mmap("old", 8), c.Mmap("A", 4), c.Mmap("B", 4), c.Touch("A", write=True), c.Touch("B", write=True),
        c.Munmap("old"), c.Fork("child"), c.Mmap("C", 8, "child"), c.Touch("C", write=True),
    ):  # fmt: skip
        assert machine.apply(command).ok
    check(machine.state)
    rows = [(region.first_pte, region.first_pte + region.pages) for region in machine.book.regions.values()]
    taken = [row for first, end in rows for row in range(first, end)]
    assert len(taken) == len(set(taken)) == 24
    machine.apply(c.Munmap("A of child"))
    machine.apply(c.Mmap("D", 4))
    machine.apply(c.Touch("D", write=True))
    machine.apply(c.ExitTask("child"))
    check(machine.state)
    before = machine.book.ptes
    machine.apply(c.Mmap("E", 4))
    assert machine.book.ptes == before, "the rows of the child's copies are used again"


@pytest.mark.plain
def test_a_region_unmapped_piece_by_piece_forks_nothing():
    machine = Machine.build(memory="512 KiB")
    for command in (c.Mmap("A", 8), c.Munmap("A", 0, 4), c.Munmap("A", 4, 4), c.Fork("child")):
        assert machine.apply(command).ok
    assert machine.apply(c.Mmap("B", 4, "child")).ok
    assert machine.apply(c.Touch("A", 0, 4)).errno == calls.EFAULT
