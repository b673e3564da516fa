"""The command line as other programs use it: exit codes, one line for errors, JSON, files whole or not at all."""

import csv
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from memsim_gui import cli

SCRIPT = "swap 1\nevery 16\nanon A 60p\ntouch A 0 40p w\nflags t A 0 9 3\nresident t A\nsample done\n"


@pytest.fixture
def call(capsys, monkeypatch):
    """Run a command line in this process; returns exit code, stdout and stderr."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")

    def run(*words):
        code = cli.main([str(word) for word in words])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "small.wl"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def test_scenarios_are_listed_one_a_line(call):
    code, out, _ = call("scenarios")
    assert code == 0
    assert out.splitlines()[0] == "S1\tThe life of one page"


@pytest.mark.plain
def test_run_a_scenario(call):
    code, out, err = call("run", "S1")
    assert (code, err) == (0, "")
    assert "ok   4 L1: the first write brings the page to life" in out
    code, out, err = call("run", "s1", "--json", "--quiet")
    document = json.loads(out)
    assert document["ok"]
    assert document["machine"] == "two-list · classroom · Linux 6.1"
    assert document["steps"][3]["changed"]["nr_inactive_anon"] == 1
    assert call("run", "S1", "--quiet") == (0, "", "")


@pytest.mark.plain
def test_a_failed_expectation_ends_with_1(call):
    code, out, _ = call("run", "S1", "--policy", "lesson")
    assert code == 1
    assert "FAIL" in out


@pytest.mark.plain
def test_run_a_script_with_all_outputs(call, script, tmp_path):
    out = {name: tmp_path / f"out.{name}" for name in ("counters", "pages", "trace", "record")}
    options = [word for name, path in out.items() for word in (f"--{name}", path)]
    code, text, err = call("run", script, "--machine", "memory=1MiB", *options, "--json")
    assert (code, err) == (0, "")
    document = json.loads(text)
    assert document["resident"][0]["resident"] == 40
    with out["counters"].open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:4] == ["op", "line", "phase", "label"]
    assert len(rows) == document["samples"]
    assert [row["op"] for row in rows if row["line"] == "4"] == ["0", "16", "32", "40"]
    assert out["pages"].read_text().startswith("run,label,region,page,state,pfn_or_slot,flags_hex,flags\n1,t,A,0,P,")
    code, text, _ = call("info", out["record"], "--verify")
    assert code == 0
    assert text.splitlines()[-1] == "verified from end to end"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([script.name, *(p.name for p in out.values())])


@pytest.mark.plain
def test_the_files_of_proc_at_the_end(call, script, tmp_path):
    out = tmp_path / "out"
    assert call("run", script, "--machine", "memory=1MiB", "--proc", out, "--quiet") == (0, "", "")
    assert (out / "proc/meminfo").read_text().startswith("MemTotal:           1024 kB\n")
    assert "VmRSS:\t     160 kB\n" in (out / "proc/1000/status").read_text()
    code, _, err = call("run", script, "--machine", "memory=1MiB", "--proc", out, "--quiet")
    assert (code, err.count("\n")) == (2, 1)
    assert f"{out}: exists already" in err


@pytest.mark.plain
def test_comparing_with_a_saved_trace(call, tmp_path):
    path = tmp_path / "trace.txt"
    assert call("run", "S1", "--quiet", "--trace", path)[0] == 0
    assert call("run", "S1", "--quiet", "--expect", path) == (0, "", "")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:9], "something else", *lines[10:]]), encoding="utf-8")
    code, _, err = call("run", "S1", "--quiet", "--expect", path)
    assert code == 1
    assert f"{path}:10: expected 'something else', found " in err
    assert call("run", "S1", "--quiet", "--expect", tmp_path / "none")[0] == 2


def test_help_pages_are_listed_and_shown(call):
    assert "where-the-model-differs" in call("help")[1].split()
    assert "## mm/vmscan.c" in call("help", "where-the-model-differs")[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["help", "where"], "unknown page 'where'"),
        (["run"], "run: the following arguments are required: SOURCE"),
        (["frob"], "invalid choice: 'frob'"),
        (["run", "S99"], "unknown scenario 'S99'"),
        (["run", "x.bin"], "is none of the kinds that run"),
        (["run", "none.wl"], "none.wl: is not there"),
        (["run", "S1", "--policy", "mglru"], "policy mglru is not built yet; accepted: two-list, lesson, single-list"),
        (["run", "S1", "--machine", "memry=1MiB"], "did you mean memory"),
        (["run", "S1", "--machine", "memory"], "KEY=VALUE"),
        (["run", "S1", "--seed", "x"], "whole number"),
        (["run", "S1", "--detail", "rough"], "unknown value 'rough'"),
        (["run", "S1", "--machine-from", "x.json"], "describes its own machine"),
        (["run", "S1", "--counters", "/no/such/place.csv"], "its folder does not exist"),
        (["run", "S1", "--pages", "x.csv"], "a scenario asks for no page flags"),
        (["run", "S1", "--quie"], "unrecognized arguments: --quie"),
        (["scenario", "check", "none.toml"], "cannot be read"),
        (["info", "none.memsim"], "none.memsim"),
        (["import", "x"], "import is not built yet"),
        (["fidelity", "none", "--json"], "none: is not there"),
        (["fidelity", ".", "--picture", "x.gif"], "x.gif: unknown ending '.gif'"),
        (["fidelity", ".", "--picture", "x.png", "--theme", "pink"], "unknown theme 'pink'"),
        (["worksheet", "W1", "out.pdf"], "worksheet is not built yet"),
    ],
)
def test_bad_usage_is_one_line_and_2(call, words, message):
    code, out, err = call(*words)
    assert (code, out) == (2, "")
    assert message in err
    assert err.startswith("memsim-gui: ")
    assert err.count("\n") == 1


def test_checking_a_scenario(call, tmp_path):
    path = tmp_path / "x.toml"
    path.write_text("format = 1\n", encoding="utf-8")
    assert call("scenario", "check", path)[0] == 2
    path.write_text('format = 1\nid = "X"\ntitle = "T"\nsummary = "S"\n[[steps]]\ntitle = "t"\ncaption = "c"\n')
    code, out, _ = call("scenario", "check", path)
    assert (code, out) == (0, f"{path}: T, 1 steps: all well\n")


def test_help_and_version(capsys):
    for words in (["--help"], ["run", "--help"], ["--version"]):
        with pytest.raises(SystemExit) as caught:
            cli.main(words)
        assert caught.value.code == 0
    assert "memsim-gui" in capsys.readouterr().out


def _start(*words, **environment):
    command = [sys.executable, "-m", "memsim_gui", *words]
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1", **environment}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


def test_a_reader_that_goes_away_is_no_error():
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "memsim_gui", "scenarios"]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_interrupting_a_run_leaves_nothing_behind(tmp_path):
    path = tmp_path / "long.wl"
    path.write_text("anon A 1\nloop 100000\ntouch A 0 1 w\nend\n", encoding="utf-8")
    process = _start("run", str(path), "--machine", "memory=4MiB", "--counters", str(tmp_path / "out.csv"))
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "memsim-gui: interrupted\n")
    assert [found.name for found in tmp_path.iterdir()] == ["long.wl"]


def test_a_damaged_recording_is_one_line_and_its_intact_part_can_be_saved(call, tmp_path):
    path, out = tmp_path / "a.memsim", tmp_path / "b.memsim"
    assert call("run", "S4", "--record", path, "--quiet") == (0, "", "")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    code, text, err = call("info", path)
    assert (code, text, err.count("\n")) == (2, "", 1)
    assert f"{path}: not a whole recording: it ends after" in err
    code, text, _ = call("info", path, "--recover", out)
    assert code == 0
    assert "are missing" in text
    assert call("info", out, "--verify")[1].splitlines()[-1] == "verified from end to end"
    assert call("export", path, tmp_path / "a.csv")[0] == 2
