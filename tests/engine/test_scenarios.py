"""Scenarios: the format, the expectations, the ones that ship, and what a trace of them reads like."""

import itertools
import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsim_gui import jit, resources
from memsim_gui.engine import expectations, scenario, sources, text_trace
from memsim_gui.engine.coming_true import Start, failures
from memsim_gui.engine.commands import COMMANDS
from memsim_gui.engine.errors import InputError
from memsim_gui.engine.history import History
from memsim_gui.engine.scenario_run import ScenarioRun
from memsim_gui.engine.script_run import ScriptRun
from memsim_gui.trace import kinds
from memsim_gui.trace.view_state import differences
from tests.engine.clear import works_or_is_clear

BASE = """
format = 1
id = "X"
title = "A title"
summary = "A summary"
[machine]
memory = "1 MiB"
detail = "classroom"
swap = "1 MiB"
[[processes]]
name = "app"
[[files]]
name = "F"
size = "64 KiB"
"""
STEP = '[[steps]]\ntitle = "t"\ncaption = "c"\n'
SMALL = ["S1", "S1-LESSON", "S2", "S3"]


def _parse(step="", base=BASE):
    return scenario.parse(base + STEP + step, "x.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BASE.replace("format = 1", "format = 2") + STEP, r"x\.toml: format: 2; accepted: 1"),
        ("title = 'x'", r"x\.toml: format: it is missing; accepted: 1"),
        (BASE, r"x\.toml: steps"),
        (BASE + STEP + "repeat = 0", r"x\.toml: steps\[0\]\.repeat"),
        (BASE + STEP + "comands = []", "did you mean commands"),
        (BASE + '[[steps]]\ntitle = "t"', r"steps\[0\]: caption"),
        (BASE + STEP + 'commands = [{ op = "tuch" }]', r"steps\[0\]\.commands\[0\]: unknown op 'tuch'"),
        (BASE + STEP + 'expect.pages = [{ list = "active anon" }]', "names no page"),
        (BASE + STEP + 'expect.pages = [{ pfn = 1, list = "actve anon" }]', "did you mean active anon"),
        (BASE + STEP + 'expect.pages = [{ pfn = 1, flags = ["PG_lur"] }]', "did you mean PG_lru"),
        (BASE + STEP + 'expect.counters = { nr_dirty = "about 5" }', "expect.counters.nr_dirty"),
        (BASE + STEP + 'expect.errno = "EWHAT"', "the name of an error"),
        (BASE + STEP + 'expect.pages = [{ file = "F", region = "A", page = 1 }]', "names no page, or two"),
        (BASE + STEP + "expect.files = [{ cached = 1 }]", r"expect\.files\[0\]: .* a table with file"),
        (BASE + STEP + 'expect.files = [{ file = "F", holds = [0, -1] }]', r"files\[0\]\.holds\[1\]: -1"),
        (
            BASE + STEP + 'expect.files = [{ file = "F", lacks = 5 }]',
            r"files\[0\]\.lacks: 5; .* a list of page indices",
        ),
        (BASE + STEP + "expect.reads = { hit = 1 }", "did you mean hits"),
        (BASE + STEP + "expect.reads = [1]", r"expect\.reads: \[1\]"),
        (BASE + STEP + "expect.elapsed = 5", r"expect\.elapsed: 5; accepted: a time such as"),
        (BASE + STEP + 'expect.elapsed = "=> 5 ms"', r"expect\.elapsed: '=> 5 ms'"),
        (BASE + STEP + 'expect.elapsed = "5 minutes"', r"expect\.elapsed: '5 minutes'"),
        (BASE + STEP + 'expect.elapsed = "0.5 ns"', "not a whole number of nanoseconds"),
        (BASE + STEP + 'camera = { show = "moon" }', "unknown value 'moon'"),
        (BASE.replace("memory", "memry") + STEP, "x.toml: machine: unknown key 'memry'"),
        (BASE + "[extra]\n" + STEP, "unknown key 'extra'"),
        ("format = ", "is no TOML"),
        (BASE.replace('name = "app"', "name = 3") + STEP, r"processes\[0\]\.name"),
    ],
)
def test_faults_name_file_and_field(text, message):
    with pytest.raises(InputError, match=message) as caught:
        scenario.parse(text, "x.toml")
    assert "\n" not in str(caught.value)


@given(st.text(max_size=40))
def test_any_text_is_a_scenario_or_one_clear_line(text):
    assert works_or_is_clear(lambda: scenario.parse(text))
    assert works_or_is_clear(lambda: _parse(text))


def test_overrides_replace_keys_of_the_machine_however_they_are_spelt():
    base = BASE.replace('swap = "1 MiB"', 'swap = "1 MiB"\nswap_device = "hdd"')
    found = scenario.parse(base + STEP, "x", {"swap-device": "ssd", "memory": "2 MiB"})
    assert (found.machine.swap_device.name, found.machine.managed) == ("ssd", 512)


@pytest.mark.plain
@pytest.mark.parametrize("ident", SMALL)
def test_shipped_small_scenarios_come_true(ident):
    run = ScenarioRun(scenario.load(scenario.shipped()[ident]))
    assert [(step.title, step.failures) for step in run.finish() if step.failures] == []
    assert run.finished
    trace = run.machine.trace
    assert differences(run.machine.view(), trace.view_at(len(trace))) == []
    assert len(trace.positions_of(kinds.STEP)) == len(run.scenario.steps) == len(trace.labels.steps)


@pytest.mark.skipif(not jit.JIT_ENABLED, reason="too large for plain Python")
@pytest.mark.parametrize("ident", [ident for ident in scenario.shipped() if ident not in SMALL])
def test_shipped_large_scenarios_come_true(ident):
    run = ScenarioRun(scenario.load(scenario.shipped()[ident]), kinds.LEVEL_COUNTERS)
    assert [(step.title, step.failures) for step in run.finish() if step.failures] == []


def test_shipped_scenarios_are_well_formed_and_named_after_their_files():
    for ident, path in scenario.shipped().items():
        found = scenario.load(path)
        assert found.ident == ident
        assert not found.following or found.following in scenario.shipped()
        for step in found.steps:
            # A caption is read aloud and printed under a picture.
            assert len(step.caption) <= 300
            assert step.title.strip(".") == step.title


@pytest.mark.parametrize("ident", ["S1", "S2", "S3"])
def test_every_expectation_of_a_shipped_scenario_matters(ident):
    """Turning what a step expects into its opposite must be noticed."""
    found = scenario.load(scenario.shipped()[ident])
    run = ScenarioRun(found)
    for step in found.steps:
        start = Start.of(run.machine)
        run.run_step()
        for name in step.expect.counters:
            wrong = expectations.Expectation(counters={name: run.machine.counters()[name] + 1})
            assert len(failures(wrong, run.machine, start, [])) == 1
        for page in step.expect.pages:
            flags = [flag.removeprefix("!") if flag.startswith("!") else f"!{flag}" for flag in page.get("flags", [])]
            wrong = expectations.Expectation(pages=({**page, "flags": flags},))
            assert len(failures(wrong, run.machine, start, [])) == len(flags)
        reads = expectations.Expectation(reads={name: pages + 1 for name, pages in step.expect.reads.items()})
        assert len(failures(reads, run.machine, start, [])) == len(step.expect.reads)
        for file in step.expect.files:
            other = {"holds": file.get("lacks", []), "lacks": file.get("holds", [])}
            wrong = expectations.Expectation(files=({"file": file["file"], **other},))
            assert len(failures(wrong, run.machine, start, [])) == sum(map(len, other.values()))
        if step.expect.elapsed:
            wrong = expectations.Expectation(elapsed=f"< {step.expect.elapsed}")
            assert len(failures(wrong, run.machine, start, [])) == 1


@pytest.mark.plain
def test_expectations_say_what_is_wrong():
    step = """
    commands = [
      { op = "mmap", region = "A", pages = 4, process = "app" },
      { op = "touch", region = "A", first = 0, pages = 2, write = true },
      { op = "mlock", region = "A", length = 5000 },
    ]
    [steps.expect]
    errno = "ENOMEM"
    counters = { nr_anon_pages = 3, nr_mlock = "+1", nr_free_pages = "grows", nr_dirtyy = 0, pgfault = ">= 99" }
    pages = [
      { region = "A", page = 0, list = "active anon", pte = ["!present"], mapcount = 7 },
      { region = "A", page = 3, list = "free" },
    ]
    regions = [{ region = "A", mapped = 1, zero = 1, swapped = 1, locked = 1 }, { region = "B" }]
    slots = [{ slot = 1, users = 1, content = "shadow" }, { slot = 999999 }]
    processes = [{ process = "app", VmLck = 4, alive = false }, { process = "ghost" }]
    files = [{ file = "F", cached = 1, dirty = 2, holds = [3] }, { file = "F", holds = [16] }, { file = "G" }]
    reads = { hits = 1, misses = 0 }
    elapsed = "> 1 s"
    """
    (result,) = ScenarioRun(_parse(step)).finish()
    text = "\n".join(result.failures)
    for part in (
        "errno is none, not ENOMEM", "nr_anon_pages is 2 (+2 in this step), not 3", "nr_mlock is 2",
        "nr_free_pages", "did you mean nr_dirty", "pgfault is", "on Unevictable, not on Active anon", "present is set",
        "mapcount is 0, not 7", "page 3 of A has no frame", "A: 2 pages mapped", "A: 0 pages zero", "A: 2 pages locked",
        "unknown region 'B'", "swap slot 1 has 0 users", "swap slot 999999 does not exist", "process app is alive",
        "VmLck is 8 kB, not 4 kB", "process ghost is gone", "F: 0 pages cached, not 1", "F: 0 pages dirty, not 2",
        "F: page 3 is not cached", "page 16 of F; accepted: pages 0 to 15", "unknown file 'G'",
        "0 hits in this step, not 1", "ns of simulated time, not > 1 s",
    ):  # fmt: skip
        assert part in text


READING = """
commands = [
  { op = "read", file = "F", length = 8192, process = "app" },
  { op = "read", file = "F", offset = 5000, length = 4096, process = "app" },
]
expect.%s
"""


@pytest.mark.plain
@pytest.mark.parametrize(
    ("expected", "failed"),
    [
        ("reads = { hits = 1, misses = 3 }", []),
        ("reads = { hits = 2, misses = 2 }", ["1 hits in this step, not 2", "3 misses in this step, not 2"]),
        ('files = [{ file = "F", cached = 3, dirty = 0, holds = [0, 1, 2], lacks = [3, 15] }]', []),
        ('files = [{ file = "F", lacks = [2] }]', ["F: page 2 is cached"]),
        # the second read begins in the page in which the first ended: to the kernel the same use
        ('pages = [{ file = "F", page = 1, list = "inactive file", flags = ["PG_referenced"] }]', []),
        ('pages = [{ file = "F", page = 3, list = "free" }]', ["page 3 of F has no frame"]),
        # three calls and three pages, which follow each other on the disk from its first block on
        ('elapsed = "27.576 us"', []),
        ('elapsed = "<= 0.028 ms"', []),
        ('elapsed = "27575 ns"', ["the step took 27576 ns of simulated time, not 27575 ns"]),
    ],
)
def test_what_reading_does_can_be_expected(expected, failed):
    run = ScenarioRun(_parse(READING % expected))
    assert run.finish()[0].failures == failed


def test_reads_are_not_checked_where_the_trace_does_not_tell_them():
    run = ScenarioRun(_parse(READING % "reads = { hits = 99 }"), kinds.LEVEL_COUNTERS)
    assert run.finish()[0].failures == []


@pytest.mark.plain
def test_repeating_until_something_holds():
    step = 'commands = [{ op = "pressure", pages = 8 }]\nrepeat = 9\nuntil = { nr_anon_pages = ">= 20" }'
    run = ScenarioRun(_parse(step))
    (result,) = run.finish()
    assert result.failures == []
    assert run.machine.counters()["nr_anon_pages"] == 24
    (result,) = ScenarioRun(_parse(step.replace("20", "200"))).finish()
    assert len(result.failures) == 1


@pytest.mark.plain
def test_steps_run_one_by_one_and_can_be_undone():
    run = ScenarioRun(_parse('commands = [{ op = "read", file = "F", process = "app" }]' + "\n" + STEP))
    start = run.machine.digest()
    assert run.run_step().changed["nr_file_pages"] == 16
    assert not run.finished
    assert not run.advance()
    assert run.advance()
    assert run.finished
    run.history.undo()
    assert run.machine.digest() != start  # the step's mark still stands
    assert run.machine.counters()["nr_file_pages"] == 0
    assert isinstance(run.history, History)


def test_a_fault_while_running_names_the_step():
    run = ScenarioRun(_parse('commands = [{ op = "touch", region = "Z" }]'))
    with pytest.raises(InputError, match=r"x\.toml: steps\[0\]\.commands\[0\]: unknown region 'Z'"):
        run.finish()


def test_the_published_schema_knows_every_key():
    schema = json.loads(resources.path("scenarios", "schema.json").read_text(encoding="utf-8"))
    assert set(schema["properties"]) == set(scenario.KEYS)
    step = schema["$defs"]["step"]["properties"]
    assert set(step) == set(scenario.STEP_KEYS)
    assert set(schema["$defs"]["expect"]["properties"]) == set(expectations.KEYS)
    assert set(schema["$defs"]["command"]["properties"]["op"]["enum"]) == set(COMMANDS)
    for path in scenario.shipped().values():
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        assert set(table) <= set(schema["properties"])
        assert set(schema["required"]) <= set(table)


def test_sources(tmp_path):
    assert isinstance(sources.open_source("s1"), ScenarioRun)
    path = tmp_path / "a.wl"
    path.write_text("swap 1\nanon A 4p\n", encoding="utf-8")
    run = sources.open_source(str(path), sources.Options({"memory": "1 MiB"}))
    assert isinstance(run, ScriptRun)
    assert (run.machine.spec.managed, run.machine.spec.swap_pages) == (256, 256)
    path.write_text("policy 7\n", encoding="utf-8")
    for bad, message in ((str(path), "not built yet"), ("S99", "unknown scenario"), ("x.foo", "none of the kinds")):
        with pytest.raises(InputError, match=message):
            sources.open_source(bad)
    for bad in ("none.wl", str(tmp_path) + "/none.toml"):
        with pytest.raises(InputError, match="is not there"):
            sources.open_source(bad)
    with pytest.raises(InputError, match="describes its own machine"):
        sources.open_source("S1", sources.Options(machine_from=path))


@pytest.mark.plain
def test_a_trace_as_text():
    run = ScenarioRun(scenario.load(scenario.shipped()["S1"]))
    run.finish()
    lines = list(text_trace.lines(run.machine.trace))
    assert "scan Isolated: page 0xabc (activate)" in lines
    assert "page 0xabc: Isolated -> Active anon head (activate)" in lines
    assert text_trace.first_difference(iter(lines), iter(lines)) is None
    changed = [*lines[:5], "other", *lines[6:]]
    assert text_trace.first_difference(iter(lines), iter(changed)) == (6, lines[5], "other")
    assert text_trace.first_difference(iter(lines), itertools.islice(lines, 3)) == (4, lines[3], "")
