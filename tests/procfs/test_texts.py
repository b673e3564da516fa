"""The texts of /proc and /sys: exact shapes, what the numbers add up to, and reading them back."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from memsim_gui.engine.commands import Fork, Madvise, Mlock, Mmap, NewFile, OpenFile, Read, Touch, Write
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.machine_spec import build
from memsim_gui.procfs import lru, meminfo, parse, status, vmstat, zoneinfo
from memsim_gui.procfs.files import files
from memsim_gui.procfs.names import CONSTANT, EVENTS, NODE, NOT_MODELLED, NUMA, THRESHOLDS, VMSTAT, ZONE
from memsim_gui.procfs.snapshot import KB, of_machine, of_view, reserve
from memsim_gui.trace import counters, lanes, tables
from memsim_gui.trace.view_state import total
from tests.procfs.machines import PAGE, apply_all, small

STATUS = """\
Name:	main
Umask:	0022
State:	R (running)
Tgid:	1000
Ngid:	0
Pid:	1000
PPid:	1
VmPeak:	      80 kB
VmSize:	      80 kB
VmLck:	      16 kB
VmPin:	       0 kB
VmHWM:	      40 kB
VmRSS:	      40 kB
RssAnon:	      40 kB
RssFile:	       0 kB
RssShmem:	       0 kB
VmData:	      80 kB
VmStk:	       0 kB
VmExe:	       0 kB
VmLib:	       0 kB
VmPTE:	       0 kB
VmSwap:	       0 kB
HugetlbPages:	       0 kB
Threads:	1
"""
SWAPS = (
    "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"
    "/dev/vdb                                partition\t60\t\t0\t\t-2\n"
)
MEMINFO = """\
MemTotal:            256 kB
MemFree:             184 kB
MemAvailable:          8 kB
Buffers:               0 kB
Cached:               32 kB
SwapCached:            0 kB
Active:                0 kB
Inactive:             56 kB
Active(anon):          0 kB
Inactive(anon):       24 kB
Active(file):          0 kB
Inactive(file):       32 kB
Unevictable:          16 kB
Mlocked:              16 kB
SwapTotal:            60 kB
SwapFree:             60 kB
Zswap:                 0 kB
Zswapped:              0 kB
Dirty:                 0 kB
Writeback:             0 kB
AnonPages:            40 kB
Mapped:                0 kB
Shmem:                 0 kB
KReclaimable:          0 kB
Slab:                  0 kB
SReclaimable:          0 kB
SUnreclaim:            0 kB
KernelStack:           0 kB
PageTables:            0 kB
"""
ZONE_HEAD = """\
Node 0, zone      DMA
  pages free     0
        boost    0
        min      0
        low      0
        high     0
        spanned  0
        present  0
        managed  0
        cma      0
        protection: (0, 0, 0, 0, 0)
"""


def test_a_small_machine_in_full(golden):
    text = "".join(f"==> {path} <==\n{text}\n" for path, text in files(of_machine(small())).items())
    golden("procfs.txt", text)


def test_files_by_heart():
    snapshot = of_machine(small())
    assert meminfo.meminfo(snapshot).startswith(MEMINFO)
    assert "\nVmallocTotal:   34359738367 kB\n" in meminfo.meminfo(snapshot)
    assert "\nHugePages_Surp:        0\nHugepagesize:       2048 kB\n" in meminfo.meminfo(snapshot)
    assert status.status(snapshot, 0) == STATUS
    assert status.swaps(snapshot) == SWAPS
    zones = zoneinfo.zoneinfo(snapshot)
    assert zones.startswith(ZONE_HEAD)
    assert "Node 0, zone   Normal\n  per-node stats\n      nr_inactive_anon 6\n" in zones
    assert "      nr_mapped    0\n" in zones
    assert vmstat.vmstat(snapshot).startswith("nr_free_pages 46\nnr_zone_inactive_anon 6\n")
    assert vmstat.node_vmstat(snapshot, 0).endswith("\npgpromote_success 0\npgpromote_candidate 0\n")


def test_the_lists_as_a_module_logs_them():
    lines = lru.lru(of_machine(small()), most=2).splitlines()
    assert [line.split("lru: ")[1] for line in lines] == [
        "Node 0 inactive_anon: 6 pages",
        "  pfn 0x4 anon index 0x4 flags(uptodate|lru|swapbacked|anon_exclusive) young",
        "  pfn 0x5 anon index 0x5 flags(uptodate|lru|swapbacked|anon_exclusive) young",
        "  and 4 more",
        "Node 0 active_anon: 0 pages",
        "Node 0 inactive_file: 8 pages",
        "  pfn 0xa inode 1 index 0x0 flags(referenced|uptodate|lru)",
        "  pfn 0xb inode 1 index 0x1 flags(referenced|uptodate|lru)",
        "  and 6 more",
        "Node 0 active_file: 0 pages",
        "Node 0 unevictable: 4 pages",
        "  pfn 0x0 anon index 0x0 flags(referenced|uptodate|lru|unevictable|mlocked|swapbacked|anon_exclusive) young",
        "  pfn 0x1 anon index 0x1 flags(referenced|uptodate|lru|unevictable|mlocked|swapbacked|anon_exclusive) young",
        "  and 2 more",
    ]
    assert all(re.fullmatch(r"\[ {4}0\.[0-9]{6}\] lru: .*", line) for line in lines)


def test_every_counter_is_modelled_or_has_a_reason():
    assert len(set(VMSTAT)) == len(VMSTAT)
    counted = {*counters.EVENT_NAMES, *counters.NODE_NAMES, *counters.ZONE_NAMES, *THRESHOLDS}
    assert set(VMSTAT) == counted | set(NOT_MODELLED)
    assert set(CONSTANT) <= counted - set(NOT_MODELLED)
    for ours, theirs in (
        (counters.EVENT_NAMES, EVENTS),
        (counters.NODE_NAMES, NODE),
        (counters.ZONE_NAMES, (*ZONE, *NUMA)),
    ):
        assert ours == [name for name in theirs if name in ours]


def test_a_view_tells_the_same_as_its_machine():
    machine = small()
    ours, theirs = of_view(machine.view(), task_names=machine.trace.labels.tasks), of_machine(machine)
    assert files(ours) == files(theirs)


def test_blocks_of_the_file_system_are_buffers():
    spec = replace(build({"memory": "1 MiB", "kernel": 32}), metadata=7)
    counted = {counters.node_base(0) + counters.NODE_NAMES.index("nr_file_pages"): 30}
    values = meminfo.values(of_machine(Machine(replace(spec, counters=counted))))
    assert (values["Buffers"], values["Cached"], values["Inactive(file)"]) == (28, 92, 28)


def test_reserve_is_what_the_machine_was_given():
    machine = Machine.build(memory="256 MiB")
    snapshot = of_machine(machine)
    wanted = sum(min(zone.managed, zone.protection + zone.high) for zone in machine.spec.zones)
    assert reserve(snapshot.view) == wanted
    dma = parse.zones(zoneinfo.zoneinfo(snapshot))[0]
    assert dma.protection == (0, *[machine.spec.zones[0].protection] * 4)


@pytest.mark.parametrize(
    ("managed", "cpus", "threshold"), [(16132, 1, 2), (112694, 1, 6), (112694, 2, 12), (1 << 30, 64, 125)]
)
def test_thresholds_measured_on_real_machines(managed, cpus, threshold):
    assert zoneinfo.stat_threshold(managed, cpus) == threshold


COMMANDS = st.lists(
    st.sampled_from(
        [
            Touch("A", 0, 400, write=True), Touch("A", 200, 500, write=True), Touch("B", 0, 300), Fork("child"),
            Touch("B", 0, 300, write=True), Read("F", 0, 500 * PAGE), Write("G", 0, 60 * PAGE),
            Mlock("A", 0, 40 * PAGE), Madvise("B", "free", 0, 100),
        ]
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.generate])
@given(COMMANDS, st.sampled_from([1, 2]))
def test_figures_add_up(commands, nodes):
    machine = Machine.build(memory="3 MiB", swap="4 MiB", nodes=nodes)
    start = [Mmap("A", 800), Mmap("B", 300), OpenFile("F", 600 * PAGE), NewFile("G", room=64 * PAGE)]
    done = set()
    apply_all(machine, start + [c for c in commands if c.op != "fork" or not (c.op in done or done.add(c.op))])
    snapshot = of_machine(machine)
    texts = {path: parse.fields(text) for path, text in files(snapshot).items()}
    vm, mem = texts["proc/vmstat"], texts["proc/meminfo"]
    assert list(vm) == list(VMSTAT)
    assert {name: vm[name] for name in snapshot.counters if name in vm} | {
        "swap_used": (mem["SwapTotal"] - mem["SwapFree"]) // KB
    } == machine.counters()
    assert not any(vm[name] for name in NOT_MODELLED)
    assert vm["pgscan_kswapd"] + vm["pgscan_direct"] == vm["pgscan_anon"] + vm["pgscan_file"]
    assert vm["pgsteal_kswapd"] + vm["pgsteal_direct"] == vm["pgsteal_anon"] + vm["pgsteal_file"]
    assert vm["pgsteal_anon"] + vm["pgsteal_file"] <= vm["pgscan_anon"] + vm["pgscan_file"]
    for state in ("Active", "Inactive"):
        assert mem[state] == mem[f"{state}(anon)"] + mem[f"{state}(file)"]
    assert mem["Inactive(anon)"] == KB * total(snapshot.view, lanes.INACTIVE_ANON)
    assert 0 <= mem["MemAvailable"] <= mem["MemTotal"]
    _nodes_add_up(texts, nodes, vm, mem)
    _processes_add_up(snapshot, texts, vm)
    _zones_read_back(snapshot, vm)


def _nodes_add_up(texts, nodes, vm, mem):
    folders = [f"sys/devices/system/node/node{node}" for node in range(nodes)]
    for name in (*ZONE, *NUMA, *NODE):
        assert sum(texts[f"{folder}/vmstat"][name] for folder in folders) == vm[name]
    for name in ("MemTotal", "MemFree", "Active(anon)", "Unevictable", "Mapped", "PageTables", "Slab"):
        assert sum(texts[f"{folder}/meminfo"][name] for folder in folders) == mem[name]
    for folder in folders:
        node = texts[f"{folder}/meminfo"]
        assert node["MemUsed"] + node["MemFree"] == node["MemTotal"]
        assert texts[f"{folder}/numastat"]["local_node"] == texts[f"{folder}/vmstat"]["numa_local"]


def _processes_add_up(snapshot, texts, vm):
    own = 0
    for task in snapshot.tasks:
        found, smaps = (texts[f"proc/{snapshot.pid(task)}/{name}"] for name in ("status", "smaps_rollup"))
        assert found["VmRSS"] == found["RssAnon"] + found["RssFile"] + found["RssShmem"]
        assert found["VmRSS"] <= found["VmSize"]
        assert (smaps["Rss"], smaps["Anonymous"]) == (found["VmRSS"], found["RssAnon"])
        assert smaps["Rss"] == sum(smaps[f"{s}_{d}"] for s in ("Shared", "Private") for d in ("Clean", "Dirty"))
        assert smaps["Swap"] == found["VmSwap"]
        own += smaps["Pss_Anon"]
    # Pss is cut to whole kB for each process.
    assert 0 <= KB * vm["nr_anon_pages"] - own <= len(snapshot.tasks)


def _zones_read_back(snapshot, vm):
    zones = parse.zones(files(snapshot)["proc/zoneinfo"])
    assert len(zones) == 5 * snapshot.nodes
    for name in (*ZONE, *NUMA):
        assert sum(zone.values.get(name, 0) for zone in zones) == vm[name]
    for name in NODE:
        assert sum(zone.node_stats.get(name, 0) for zone in zones) == vm[name]
    rows = {row: zones[row // 3 * 5 + row % 3] for row in range(3 * snapshot.nodes)}
    for row, zone in rows.items():
        assert zone.values["managed"] == snapshot.zone(row, tables.ZONE_MANAGED)
        assert zone.values["free"] == zone.values.get("nr_free_pages", 0)
        assert zone.values["min"] <= zone.values["low"] <= zone.values["high"]
        assert [set(table) for table in zone.pagesets] == [{"cpu", "count", "high", "batch", "threshold"}] * (
            zone.values["managed"] > 0
        )
    waiting = sum(table["count"] for zone in zones for table in zone.pagesets)
    assert waiting == total(snapshot.view, lanes.PCP)


@given(st.text(alphabet="Node 0,zone DMA:\n\t()kB12 per-stats", max_size=200))
def test_whatever_is_read_nothing_breaks(text):
    parse.zones(text)
    parse.fields(text)
    parse.swaps(text)


def test_the_files_of_this_computer_are_read_too():
    assert parse.fields(Path("/proc/meminfo").read_text())["MemTotal"] > 0
    lines = Path("/proc/vmstat").read_text().splitlines()
    assert len(parse.fields("\n".join(lines))) == len(lines)
    assert parse.fields(Path("/proc/self/status").read_text())["VmRSS"] > 0
    zones = parse.zones(Path("/proc/zoneinfo").read_text())
    assert any(zone.values["managed"] and zone.pagesets for zone in zones)


def test_areas_of_swap():
    (area,) = parse.swaps(SWAPS)
    assert (area.filename, area.kind, area.size, area.used, area.priority) == ("/dev/vdb", "partition", 60, 0, -2)
    assert parse.swaps("Filename Type Size Used Priority\nnonsense\n\n/swap file x 0 -3\n") == []
    machine = Machine.build(memory=64, detail="classroom")
    assert parse.swaps(status.swaps(of_machine(machine))) == []
