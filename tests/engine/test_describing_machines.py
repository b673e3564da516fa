"""Sizes, devices, tunables, watermarks and the description of a machine."""

import json
import lzma

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsim_gui.engine import machine_spec, tunables, watermarks
from memsim_gui.engine.devices import DEVICES, device_of
from memsim_gui.engine.errors import InputError, SpecError, unknown
from memsim_gui.engine.machine_spec import build, override, parse_overrides
from memsim_gui.engine.recorded_machine import LEAST, from_recording
from memsim_gui.engine.sizes import bytes_of, pages_of, shown
from memsim_gui.mm import mm_types
from memsim_gui.trace import counters, tables
from tests.engine.clear import works_or_is_clear


@pytest.mark.parametrize(
    ("text", "pages"),
    [("10 MiB", 2560), ("64KiB", 16), ("1 GiB", 262144), ("16 pages", 16), ("1.5 MiB", 384), (7, 7), ("7", 7)],
)
def test_sizes_in_pages(text, pages):
    assert pages_of(text, "x") == pages


@pytest.mark.parametrize("text", ["", "x", "-1", "1 KiB", "1.5 B", "10 XiB", None, 1.5, True, -4, "9" * 40, "1e3"])
def test_sizes_that_are_none(text):
    with pytest.raises(InputError, match=r"^field: .*accepted: "):
        pages_of(text, "field")


def test_sizes_in_bytes_and_for_people():
    assert [bytes_of(value, "x") for value in ("10 MB", "100000", 5)] == [10_000_000, 100_000, 5]
    assert [shown(pages) for pages in (2560, 16, 1, 262144, 0)] == ["10 MiB", "16 pages", "1 page", "1 GiB", "0 pages"]


@given(st.text(max_size=30))
def test_any_text_is_a_size_or_one_clear_line(text):
    assert works_or_is_clear(lambda: pages_of(text, "x"))


def test_worked_transfer_times():
    ssd, hdd = DEVICES["ssd"], DEVICES["hdd"]
    assert (ssd.page_ns, hdd.page_ns) == (8192, 40960)
    assert 1000 * hdd.page_ns == 40_960_000
    assert 512 * DEVICES["ideal"].page_ns == 4_194_304
    assert (ssd.latency_ns, hdd.latency_ns, DEVICES["ideal"].latency_ns) == (100_000, 10_000_000, 0)


def test_devices_can_be_varied():
    device = device_of({"kind": "hdd", "latency_us": 5000, "mb_per_s": 200}, "x")
    assert (device.latency_ns, device.page_ns, device.kind) == (5_000_000, 20480, tables.DEVICE_HDD)


@pytest.mark.parametrize("value", ["tape", 3, {"latency": 1}, {"latency_us": -1}, {"mb_per_s": 0}, {"kind": 7}])
def test_devices_that_are_none(value):
    with pytest.raises(InputError, match="device"):
        device_of(value, "device")


@pytest.mark.parametrize("row", tunables.TUNABLES.values(), ids=lambda row: row.name)
def test_tunables_have_kernel_defaults_in_range_and_refuse_others(row):
    assert row.low <= row.default <= row.high
    assert tunables.checked(row.name, row.low, "x") == row.low
    for bad in (row.high + 1, row.low - 1, "x", 1.5, True, None):
        with pytest.raises(InputError, match=row.name):
            tunables.checked(row.name, bad, "x")


def test_every_knob_of_the_core_is_a_tunable_or_the_machines_own():
    own = {
        mm_types.TUN_POLICY, mm_types.TUN_SWAP_DEVICE, mm_types.TUN_CPUS, mm_types.TUN_TOTALRESERVE_PAGES,
        mm_types.TUN_SWAP_ROTATIONAL, mm_types.TUN_PROCESSORS,
    }  # fmt: skip
    assert {row.place for row in tunables.TUNABLES.values()} | own == set(range(mm_types.TUNABLES))


def test_details_differ_in_tunables_only():
    knobs = mm_types.TUN_PAGEVEC, mm_types.TUN_RA_PAGES, mm_types.TUN_FAULT_AROUND_PAGES
    row = build({"memory": "1 MiB", "detail": "classroom"}).layout().tunables
    assert [row[i] for i in knobs] == [1, 0, 1]
    row = build({"memory": "64 MiB"}).layout().tunables
    assert [row[i] for i in (mm_types.TUN_PAGEVEC, mm_types.TUN_RA_PAGES, mm_types.TUN_FAULT_AROUND_PAGES)] == [
        15,
        32,
        16,
    ]
    assert row[mm_types.TUN_DIRTY_EXPIRE_NS] == 30_000_000_000


@pytest.mark.parametrize(
    ("dma32", "kbytes", "dma_marks", "dma32_marks", "reserve"),
    [
        (24576, 1348, (45, 56, 67), (291, 363, 435), 96),
        (54000, 1923, (31, 38, 45), (448, 560, 672), 210),
        (113000, 2734, (22, 27, 32), (660, 825, 990), 441),
    ],
)
def test_watermarks_of_the_rules_examples(dma32, kbytes, dma_marks, dma32_marks, reserve):
    total = 3840 + dma32
    assert watermarks.min_free_kbytes(total) == kbytes
    assert watermarks.marks(3840, total, kbytes, 10) == dma_marks
    assert watermarks.marks(dma32, total, kbytes, 10) == dma32_marks
    assert watermarks.protection((3840, dma32, 0), 0) == reserve


def test_per_cpu_lists_of_the_rules_examples():
    assert [watermarks.pcp_batch(pages) for pages in (24576, 54000, 113000, 3840)] == [7, 15, 31, 1]
    highs = [watermarks.pcp_high(*row) for row in ((255, 3, 1), (512, 15, 1), (815, 31, 2))]
    assert highs == [255, 512, 407]


def test_a_machine_in_detail():
    spec = build({"memory": "8 GiB", "swap": "1 GiB", "nodes": 2, "swap-device": "hdd", "swappiness": 100})
    assert [(zone.node, zone.kind, zone.managed) for zone in spec.zones] == [
        (0, 0, 3840), (0, 1, 1_044_480), (0, 2, 256), (1, 2, 1_048_576),
    ]  # fmt: skip
    layout = spec.layout()
    assert layout.sizes.slots == 262144
    assert layout.tunables[mm_types.TUN_SWAPPINESS] == 100
    assert layout.tunables[mm_types.TUN_SWAP_ROTATIONAL] == 1
    assert layout.device[0].tolist() == [tables.DEVICE_SSD, 100_000, 8192, 0, 0]


def test_a_classroom_machine_is_one_zone_without_per_cpu_lists():
    spec = build({"memory": "1 MiB", "detail": "classroom", "kernel": "64 KiB"})
    (zone,) = spec.zones
    assert counters.ZONE_TITLES[zone.kind] == "Normal"
    assert (zone.managed, zone.free, zone.min, zone.pcp_batch, zone.pcp_high) == (256, 240, 32, 1, 0)


def test_zones_can_be_given():
    zones = [{"node": 0, "zone": "DMA32", "managed": 1000, "free": 900, "min": 10, "low": 12, "high": 14}]
    (zone,) = build({"zones": zones}).zones
    assert (zone.kind, zone.managed, zone.free, zone.low) == (1, 1000, 900, 12)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"memory": 0}, "memory"),
        ({"memory": "-1"}, "memory: '-1'"),
        ({"memory": "100 TiB"}, "at most"),
        ({"memory": "4 TiB"}, "available"),
        ({"swap": "9000 GiB"}, "swap"),
        ({"swap": 1}, "header"),
        ({"nodes": 9}, "from 1 to 8"),
        ({"memry": 1}, "did you mean memory"),
        ({"swapiness": 1}, "did you mean"),
        ({"swappiness": 201}, "0 to 200"),
        ({"policy": "mglru"}, "not built yet; accepted: two-list, lesson, single-list"),
        ({"policy": "lru"}, "unknown value 'lru'"),
        ({"detail": "rough"}, "unknown value 'rough'"),
        ({"memory": "16 KiB"}, "watermarks"),
        ({"watermarks": 3}, "min, low and high"),
        ({"watermarks": {"min": 9, "low": 3, "high": 4}}, "min <= low <= high"),
        ({"memory": "4 MiB", "kernel": "4 MiB"}, "the kernel takes"),
        ({"zones": [], "memory": 1}, "beside"),
        ({"zones": [{"node": 1}]}, "nodes have gaps"),
        ({"first_pfn": "0xZZ"}, "whole number"),
        ({"sysctl": 3}, "no table"),
        ({"device": "tape"}, "unknown device"),
    ],
)
def test_machines_that_cannot_be(table, message):
    with pytest.raises(InputError, match=message) as caught:
        build(table, "machine")
    assert "\n" not in str(caught.value)


@given(
    st.dictionaries(
        st.sampled_from(machine_spec.KEYS), st.integers() | st.text(max_size=8) | st.none() | st.lists(st.none())
    )
)
def test_any_table_is_a_machine_or_one_clear_line(table):
    assert works_or_is_clear(lambda: build(table))


def test_overrides_from_the_command_line():
    table = parse_overrides(["memory=64MiB", "swap = 1GiB", "first_pfn=0xABC"])
    assert build(table).first_pfn == 0xABC
    for bad in (["memory"], ["=3"], ["a=1", "a=2"]):
        with pytest.raises(InputError, match="--machine"):
            parse_overrides(bad)


def _recording(tmp_path, **changes):
    zone = {"free": 3808, "min": 32, "low": 40, "high": 48, "managed": 3840, "protection": [0, 193], "pcp_high": 40}
    document = {
        "zones_at_start": {"node0.DMA": zone | {"pcp_batch": 1}},
        "swaps": "Filename Type Size Used Priority\n/dev/vdb partition 524284 0 -2\n",
        "sysctls": {"vm.swappiness": "60", "vm.stat_interval": "1", "/sys/block/vda/queue/read_ahead_kb": "64"},
        "cpus": 1,
    }
    path = tmp_path / "run.json"
    path.write_text(json.dumps(document | changes), encoding="utf-8")
    return path


def test_disks_and_processors_come_from_the_emulators_command_line(tmp_path):
    drives = (
        "-drive file=a.img,if=none,id=d0,format=raw,{} -drive file=b,if=none,id=d1,format=raw -device virtio-blk-pci"
    )
    free = from_recording(_recording(tmp_path, qemu_cmd="taskset -c 1 qemu -smp 2 " + drives.format("cache=unsafe")))
    assert (free.processors, free.file_device.stalls, free.file_device.burst_ns) == (1, True, 0)
    limit = drives.format("throttling.bps-total=20971520,cache=unsafe")
    slow = from_recording(_recording(tmp_path, qemu_cmd="taskset -c 0-2,5 qemu " + limit))
    assert slow.processors == 4
    assert slow.file_device.bytes_per_s == 20971520
    assert slow.file_device.burst_ns == 100_000_000
    assert not slow.file_device.stalls
    assert slow.swap_device.stalls
    assert from_recording(_recording(tmp_path)).processors == 0


def test_the_machine_of_a_recording(tmp_path):
    path = _recording(tmp_path)
    with lzma.open(tmp_path / "run.csv.xz", "wt") as file:
        file.write("run,z0.DMA.free,nr_unevictable,z0.DMA.nr_mlock\n1,3700,1252,1223\n")
    spec = from_recording(path)
    assert spec.zones[0].free == 3700
    assert spec.zones[0].protection == 193
    assert spec.swap_pages == 131072
    layout = spec.layout()
    assert layout.tunables[mm_types.TUN_RA_PAGES] == 16
    assert layout.tunables[mm_types.TUN_FAULT_NS] == 9000
    assert layout.counter[counters.node_base(0) + counters.NODE_NAMES.index("nr_unevictable")] == 1252
    assert layout.counter[counters.zone_base(0) + counters.ZONE_NAMES.index("nr_mlock")] == 1223
    assert override(spec, {"swap": "1 MiB", "swappiness": "0"}).layout().tunables[mm_types.TUN_SWAPPINESS] == 0
    with pytest.raises(InputError, match="memory: the machine comes from a recording"):
        override(spec, {"memory": "1 GiB"})


def test_counters_of_the_whole_machine_do_where_there_are_none_of_its_parts(tmp_path):
    path = _recording(tmp_path)
    (tmp_path / "run.csv").write_text("run,nr_unevictable,nr_mlock\n1,52,23\n", encoding="utf-8")
    values = counters.vmstat(from_recording(path).layout().counter, 1)
    assert (values["nr_unevictable"], values["nr_mlock"]) == (52, 23)


def test_reading_the_reserve_ratio_computed_the_reserve_anew(tmp_path):
    zones = {
        f"node{node}.{name}": {"protection": [0, 69], **dict.fromkeys(LEAST, 1), "managed": managed}
        for node, name, managed in ((0, "DMA", 3840), (0, "DMA32", 19949), (1, "DMA32", 32101))
    }
    for sysctls, kept in (({}, [69, 69, 69]), ({"vm.lowmem_reserve_ratio": "256\t256\t32\t0\t0"}, [77, 0, 0])):
        spec = from_recording(_recording(tmp_path, zones_at_start=zones, sysctls=sysctls))
        assert [zone.protection for zone in spec.zones] == kept


@pytest.mark.parametrize(
    "changes",
    [
        {"zones_at_start": {}},
        {"zones_at_start": {"node1.DMA": {"protection": [0], **dict.fromkeys(LEAST, 2)}}},
        {"zones_at_start": {"node0.DMA": 3}},
        {"zones_at_start": {"node0.DMA": {"managed": 9, "protection": []}}},
        {"cpus": "two"},
        {"zones_at_start": {"x": {}}},
        {"zones_at_start": None},
    ],
)
def test_recordings_that_are_none(tmp_path, changes):
    with pytest.raises((InputError, SpecError), match=r"run\.json"):
        from_recording(_recording(tmp_path, **changes))


@pytest.mark.parametrize("text", ["", "[", "[]", "null", "[" * 100_000])
def test_files_that_are_no_recordings(tmp_path, text):
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"run\.json"):
        from_recording(path)
    with pytest.raises(InputError, match="cannot be read"):
        from_recording(tmp_path / "none.json")


def test_errors_are_one_line_and_suggest():
    error = unknown("a\nb", "key", "memry", ["memory", "swap"])
    assert str(error) == "a b: unknown key 'memry' (did you mean memory?); accepted: memory, swap"
    assert str(error.at("file")).startswith("file: a b: unknown")
