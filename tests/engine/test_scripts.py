"""Scripts: parsing with clear errors, running with samples, page flags in the recordings' format."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsim_gui.engine import commands as c
from memsim_gui.engine import kpageflags, script
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.machine import Machine
from memsim_gui.engine.machine_spec import build
from memsim_gui.engine.script import Forked, Loop, lines_of, parse
from memsim_gui.engine.script_run import ScriptRun
from tests.engine.clear import works_or_is_clear

SMALL = {"memory": "512 KiB", "watermarks": {"min": 4, "low": 6, "high": 8}, "swap": "256 KiB"}


@pytest.mark.parametrize(
    ("line", "action"),
    [
        ("anon A 10", c.Mmap("A", 2560)),
        ("touch A 1 2p w  # comment", c.Touch("A", 256, 2, write=True)),
        ("touchfile F 0 64k r", c.Touch("F", 0, 16)),
        ("rand A 9 42 w zipf 0.9", c.Access("A", "zipf", 9, write=True, seed=42, alpha=0.9)),
        ("rand A 9 42 r range 0 3p", c.Access("A", "random", 9, pages=3, seed=42)),
        ("file F 1", c.OpenFile("F", 1 << 20)),
        ("read F 0 1 3", c.Read("F", 0, 1 << 20, 3)),
        ("readrand F 5 7 zipf 0.8", c.ReadRandom("F", 5, 7, 0.8)),
        ("write F 1 1", c.Write("F", 1 << 20, 1 << 20)),
        ("mixstream A r 4 F 0 1 99", c.MixStream("A", "F", 4, 0, 1 << 20, seed=99)),
        ("mmapfile F x random", c.MmapFile("F", executable=True, advice="random")),
        ("free A", c.Munmap("A")),
        ("mlock A 33332 100000", c.Mlock("A", 33332, 100_000)),
        ("mlockonfault A 0 1", c.Mlock("A", 0, 1, onfault=True)),
        ("madvise A 0 1 pageout", c.Madvise("A", "pageout", 0, 256)),
        ("fadvise F random", c.Fadvise("F", "random")),
        ("drop_caches 3", c.DropCaches(3)),
        ("swappiness 100", c.SetSysctl("vm.swappiness", 100)),
        ("sysctl kernel/numa_balancing 0", c.SetSysctl("kernel.numa_balancing", 0)),
        ("fsync", c.Sync()),
        ("fsync F", c.Fsync("F")),
        ("flags t0 A 0 9 3", script.Flags("t0", "A", 0, 9, 3)),
        ("every 512", script.Every(512)),
        ("maxlog 9", script.Ignored()),
        ("lrugen 0", script.Ignored()),
        ("cgroup", c.Cgroup()),
        ("mlocktest", script.MlockTest()),
        ("munlock A 0 18446744073709551615", c.Munlock("A", 0, (1 << 64) - 1)),
        ("shm A 3", c.Shm("A", 768)),
        ("reclaim 2M", c.MemoryReclaim(2 << 20)),
        ("reclaim 5000", c.MemoryReclaim(5000)),
    ],
)
def test_operations(line, action):
    (found,) = lines_of(parse(line, "t.wl").body)
    assert (found.number, found.action) == (1, action)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("anon", r"t\.wl:1: 0 argument\(s\); accepted: anon NAME MB"),
        ("\n\nanon A 3x", r"t\.wl:3: size '3x'"),
        ("anon A 0", "at least 1"),
        ("tuch A 0 1 w", "did you mean touch"),
        ("touch A 0 1 x", "accepted: r, w"),
        ("loop 3\nanon A 1", "the block has no end"),
        ("fork\nend", "accepted: endfork"),
        ("end", "no block is open"),
        ("policy 3", "policy 3"),
        ("readrand F 3 3 zipf", "the line ends early"),
        ("readrand F 3 3 zipf nan", "an exponent above 0"),
        ("flags a b 3 2 1", "pages 3 to 2"),
        ("madvise A 0 1 hot", "accepted: cold, pageout, free, dontneed"),
        ("sysctl a b", "a whole number"),
        ("reclaim 1X", "a number of bytes, or with K, M, G or T"),
        ("lrugen 7", "not built yet"),
        ("lrugencmd + 1 2", "not built yet"),
        ("loop 1\n" * 9 + "end\n" * 9, "blocks inside each other"),
        ("anon " + "A" * 65 + " 1", "name"),
    ],
)
def test_faults_name_the_line_and_what_is_accepted(text, message):
    with pytest.raises(InputError, match=message):
        parse(text, "t.wl")


WORDS = [
    *script.OPERATIONS,
    "policy",
    "swap",
    "loop",
    "fork",
    "end",
    "endfork",
    "A",
    "1",
    "0",
    "2p",
    "r",
    "zipf",
    "0.5",
    "\n",
]


@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join) | st.text(max_size=60))
def test_any_text_is_a_script_or_one_clear_line(text):
    assert works_or_is_clear(lambda: parse(text, "t.wl"))


def test_blocks_and_machine_lines():
    text = "policy 0\nswap 64\nloop 2\nloop 3\nsync\nend\nend\nanon P 1\n"
    text += "fork\nanon A 1\ntouch P 0 1 w\ntouch A 0 1 w\nendfork"
    parsed = parse(text)
    assert (parsed.policy, parsed.swap_pages) == (0, 16384)
    loop, forked = (next(n for n in parsed.body if isinstance(n, kind)) for kind in (Loop, Forked))
    assert (loop.times, loop.body[0].times) == (2, 3)
    actions = [line.action for line in forked.body]
    assert actions[0].process == forked.child
    assert [action.region for action in actions[1:]] == [f"P of {forked.child}", "A"]


def test_new_files_get_the_room_that_is_written():
    lines = list(lines_of(parse("loop 2\nnewfile N\nend\nwrite N 3 4\nwrite N 0 1").body))
    assert lines[0].action == c.NewFile("N", 7 << 20)


def _run(text, **changes):
    run = ScriptRun(parse(text, "t.wl"), Machine(build({**SMALL, **changes})))
    run.finish()
    return run


def _rows(run, tmp_path):
    run.table.write(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.plain
def test_samples_stand_before_after_and_inside_lines(tmp_path):
    run = _run("every 8\nanon A 30p\ntouch A 0 20p w\nsample done\ntouch A 20p 10p w")
    rows = _rows(run, tmp_path)
    assert [(row["line"], row["op"], row["phase"], row["label"]) for row in rows] == [
        ("0", "0", "s", "start"),
        ("1", "0", "b", "-"), ("1", "0", "a", "-"),
        ("2", "0", "b", "-"), ("2", "0", "a", "-"),
        ("3", "0", "b", "-"), ("3", "8", "m", "-"), ("3", "16", "m", "-"), ("3", "20", "a", "-"),
        ("4", "20", "b", "-"), ("4", "20", "s", "done"), ("4", "20", "a", "-"),
        ("5", "20", "b", "-"), ("5", "28", "m", "-"), ("5", "30", "a", "-"),
        ("0", "30", "s", "end"),
    ]  # fmt: skip
    assert [row["nr_anon_pages"] for row in rows[6:9]] == ["8", "16", "20"]
    assert {"swap_used", "nr_dirty_threshold", "pgscan_kswapd", "nr_free_pages"} <= set(rows[0])


@pytest.mark.plain
def test_loops_repeat_and_children_exit(tmp_path):
    run = _run("loop 3\nsleep 1\nend\nfork\nanon A 10p\ntouch A 0 10p w\nendfork")
    rows = _rows(run, tmp_path)
    assert [row["line"] for row in rows if row["phase"] == "b"] == ["2", "2", "2", "4", "5", "6"]
    assert (rows[-2]["line"], rows[-2]["phase"], rows[-2]["nr_anon_pages"]) == ("4", "a", "0")


@pytest.mark.plain
def test_a_killed_child_does_no_more(tmp_path):
    run = _run(
        "anon B 20p\ntouch B 0 20p w\nfork\nanon A 300p\ntouch A 0 300p w\nsample late\nendfork\nsample after", swap=0
    )
    rows = _rows(run, tmp_path)
    assert [row["label"] for row in rows if row["phase"] == "s"] == ["start", "after", "end"]
    assert rows[-1]["oom_kill"] == "1"
    assert rows[-1]["nr_anon_pages"] == "20"


@pytest.mark.plain
def test_refused_lines_are_remarked_and_unknown_names_named():
    run = _run("anon A 600p\nmlock A 0 9000000\ntrace 64")
    assert run.notes.remarks[0].startswith("t.wl:2: mlock 9000000 bytes of A: ENOMEM")
    assert run.notes.remarks[1].startswith("t.wl:3: trace")
    for text in ("touch A 0 1 w", "flags x A 0 1 1", "resident x A", "anon A 4p\nflags x A 0 4 1"):
        with pytest.raises(InputError, match=r"t\.wl:[12]: "):
            _run(text)


@pytest.mark.plain
def test_page_flags_are_those_of_kpageflags(tmp_path):
    text = """
        anon A 40p
        touch A 0 18p w
        touch A 30p 1p r
        file F 20p
        file M 4p
        fadvise F random
        read F 0 3p
        mmapfile M random
        touchfile M 0 1p r
        mlock A 0 4096
        flags t A 0 39 1
        flags t F 0 3 1
        flags t M 0 1 1
        resident t F
        kpfhist t
    """
    run = _run(text, first_pfn=1000)
    run.notes.pages.write(tmp_path / "pages.csv")
    with (tmp_path / "pages.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    found = {(row["region"], int(row["page"])): row for row in rows}
    anon = "UPTODATE|LRU|MMAP|ANON|SWAPBACKED|MAPPEDTODISK/ANONEXCL"
    assert (found["A", 1]["state"], found["A", 1]["flags"], found["A", 1]["flags_hex"]) == ("P", anon, "400005828")
    assert int(found["A", 1]["pfn_or_slot"]) >= 1000
    assert "UNEVICTABLE|MLOCKED" in found["A", 0]["flags"]
    assert (found["A", 30]["flags"], found["A", 31]["state"]) == ("ZERO_PAGE", "N")
    assert "REFERENCED|UPTODATE" in found["F", 1]["flags"]
    assert [found["F", page]["state"] for page in range(4)] == ["C", "C", "C", "X"]
    assert found["M", 0]["state"] == "P"
    assert run.notes.resident == [{"label": "t", "region": "F", "resident": 3, "runs": [(1, 3), (0, 17)]}]
    frames = sum(run.notes.histograms[0]["pages"].values())
    assert frames == run.machine.counters()["nr_free_pages"] + 18 + 3 + 1


@pytest.mark.plain
def test_swapped_pages_name_their_slot():
    machine = _run("anon A 200p\ntouch A 0 140p w", swap="1 MiB").machine
    states = [kpageflags.page_state(machine, "A", page) for page in range(140)]
    slots = [state.number for state in states if state.state == "S"]
    assert slots
    assert len(set(slots)) == len(slots)
    with pytest.raises(InputError, match="unknown region or file"):
        kpageflags.page_state(machine, "B", 0)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        script.load(tmp_path / "none.wl")
    (tmp_path / "bad.wl").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="UTF-8"):
        script.load(tmp_path / "bad.wl")


def _found(lines, name):
    (line,) = (line.split()[2:] for line in lines if line.split()[1] == name)
    return dict(word.split("=", 1) for word in line if "=" in word)


@pytest.mark.plain
def test_mlocktest_goes_through_the_rules_of_mlock():
    batches = {"sysctl": {"memsim.batch_pages": 15}}
    run = _run("mlocktest", memory="2 MiB", **batches)
    lines = run.notes.lines
    assert len(lines) == 31
    assert all(line.startswith("MLOCKTEST ") for line in lines)
    assert set(run.table.columns()["op"]) == {0}
    locked = ["after_mlock_16p_untouched(populates)", "after_overlap(union_24p,no_nesting)", "after_unaligned"]
    assert [_found(lines, name)["VmLck_kB"] for name in locked] == ["64", "96", "188"]
    onfault = _found(lines, "after_touch_2_of_onfault")
    assert (onfault["VmLck_kB"], onfault["nr_mlock"], onfault["nr_unevictable"]) == ("216", "48", "46")
    assert _found(lines, "in_forked_child(locks_not_inherited)")["VmLck_kB"] == "0"
    assert _found(lines, "after_mlock_of_zero_pages_8p")["nr_mlock"] == "8"
    refused = {
        "mlock_unmapped": "12", "munlock_wrap": "22", "nocap_mlock_1_page_more": "12", "nocap_limit0": "1",
        "madv_dontneed_on_locked": "22", "madv_pageout_on_locked": "22",
    }  # fmt: skip
    assert {name: _found(lines, name)["errno"] for name in refused} == refused
    for name in ("mlock_len0", "nocap_mlock_64k_limit64k", "nocap_relock_same_64k"):
        assert _found(lines, name)["ret"] == "0"
    end = _found(lines, "end")
    assert (end["VmLck_kB"], end["nr_mlock"], end["nr_unevictable"]) == ("0", "0", "0")
    assert end["mlocked"] == end["munlocked"] == end["culled"] == end["rescued"]
    assert run.notes.remarks == []
    assert list(run.machine.book.tasks) == ["main"]
    assert not run.machine.book.regions


@pytest.mark.plain
def test_a_new_file_is_as_long_as_what_was_written():
    run = _run("newfile N\nwrite N 0 3p\nread N 0 3p\nreadrand N 3 1\nmmapfile N\ntouchfile N 2p 1p r")
    assert run.machine.counters()["nr_mapped"] == 3, "fault-around maps what is cached"
    with pytest.raises(InputError, match="bytes 0 to 16384 of N"):
        _run("newfile N\nwrite N 0 3p\nread N 0 4p")


@pytest.mark.plain
def test_more_than_this_computer_holds_is_one_clear_line():
    for text in ("anon A 99999999", "shm A 99999999", "file F 99999999", "anon A 1\nanon B 99999999"):
        with pytest.raises(InputError, match=r"t\.wl:[12]: .* on this computer"):
            _run(text)


@pytest.mark.plain
def test_shared_memory_is_shared_with_a_child():
    text = """
        shm S 8p
        touch S 0 4p w
        fork
        touch S 0 6p w
        endfork
        resident end S
        flags end S 4 5 1
        flags end S 7 7 1
    """
    run = _run(text)
    assert run.machine.counters()["nr_shmem"] == 6
    assert run.notes.resident[0]["runs"] == [(1, 6), (0, 2)]
    states = [kpageflags.page_state(run.machine, "S", page).state for page in (0, 4, 7)]
    assert states == ["P", "C", "X"]
    assert run.machine.trace.labels.files == ["S"]
    assert _run("shm S 8p\ntouch S 0 4p w\nfree S\nshm S 4p").machine.counters()["nr_shmem"] == 0


@pytest.mark.plain
def test_a_look_at_a_files_pages_drains_the_batches():
    text = "file F 20p\nfadvise F random\nread F 0 14p\n"
    batches = {"detail": "classroom", "sysctl": {"memsim.batch_pages": 15}}
    assert _run(text, **batches).machine.counters()["nr_inactive_file"] == 0
    for look in ("flags t F 0 13 13", "resident t F"):
        found = _run(text + look, **batches)
        assert found.machine.counters()["nr_inactive_file"] == 14
        assert found.machine.op == 14
        assert found.machine.counters()["pgfault"] == 2 * look.startswith("flags"), "one for each cached page asked for"
        flags = kpageflags.page_state(found.machine, "F", 13).flags
        assert ("REFERENCED" in flags, "ACTIVE" in flags, "MMAP" in flags) == (True, False, False)
