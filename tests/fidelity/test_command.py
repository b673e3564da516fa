"""memsim-gui fidelity: tables, JSON, pictures, and one line for whatever cannot be compared."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from memsim_gui import cli
from tests.fidelity import recorded


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Header and rows of a recording that the simulator matches exactly."""
    return recorded.rows(tmp_path_factory.mktemp("table"))


@pytest.fixture
def call(capsys, monkeypatch):
    """Compare with one process; returns exit code, stdout and stderr."""
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})

    def run(*words):
        code = cli.main(["fidelity", *map(str, words)])
        return code, *capsys.readouterr()

    return run


def test_what_the_simulator_does_itself_passes(call, table, tmp_path):
    recorded.write(tmp_path, "same", recorded.text(*table))
    code, out, err = call(tmp_path)
    assert code == 0
    assert err.startswith("1/1 same: score ")
    lines = out.splitlines()
    assert lines[0] == "same: Linux 6.1.0-56-cloud-amd64, 2 runs"
    assert lines[1].split() == ["counter", "real", "spread", "simulated", "error", "tolerance", "class"]
    assert "MISS" not in out
    row = next(line.split() for line in lines if line.startswith("  nr_inactive_anon "))
    assert row[1] == row[4]
    assert row[-2:] == ["informative", "ok"]
    assert lines[-1].startswith("score ")
    assert "= 100.0 %" in lines[-1]


def test_json_has_it_all_and_a_miss_is_one(call, table, tmp_path):
    header, rows = table
    at, op = header.index("nr_inactive_anon"), header.index("op")
    bent = [[*row[:at], str(int(row[at]) + int(row[op]) // 4), *row[at + 1 :]] for row in rows]
    recorded.write(tmp_path, "bent", recorded.text(header, bent), xz=True)
    recorded.write(tmp_path, "same", recorded.text(header, rows))
    code, out, err = call(tmp_path, "--json", "--quiet")
    assert (code, err) == (0, "")
    found = json.loads(out)
    bent, same = found["workloads"]
    assert (bent["workload"], bent["runs"], same["score"]) == ("bent", 2, 1)
    assert [counter["counter"] for counter in bent["counters"] if not counter["ok"]] == ["nr_inactive_anon"]
    assert bent["informative_ok"] == bent["informative"] - 1
    assert found["informative"] == bent["informative"] + same["informative"]
    assert found["score"] == found["informative_ok"] / found["informative"]
    assert set(same["counters"][0]) == {
        "counter", "counts", "class", "real", "spread", "simulated", "error", "tolerance", "ok",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "spoil", "reason"),
    [
        ({}, lambda text: text[:-7], ":{last}: "),
        ({}, lambda text: text.replace("run,op,", "run,o,", 1), "has no column op"),
        ({}, lambda text: text.replace("1,0,0,s", "1,x,0,s", 1), ":2: op: 'x'; accepted: a number"),
        ({}, lambda text: text.split("\n")[0] + "\n", "has no samples"),
        ({}, lambda _: "run,op,line\n1,0,1\n", "no counter that can be compared"),
        ({}, lambda _: "", "has no column run"),
        ({}, lambda _: "run,op,line,pgfault\n1,5,1,0\n1,4,1,0\n", "op falls"),
        ({}, lambda _: "run,op,line,pgfault\n1,5,0,0\n", "no sample of a script line"),
        ({"managed_pages": None}, str, "managed_pages: missing"),
        ({"managed_pages": "many"}, str, "managed_pages: 'many'"),
        ({"zones_at_start": None}, str, "has no zones_at_start"),
        ({"cpus": "two"}, str, "cpus: 'two'"),
        ({"script": None}, str, "has no script, and there is no bad.wl"),
        ({"script": "anon A 1\nfrobnicate A"}, str, "script:2: unknown operation 'frobnicate'"),
        ({"script": "policy 7\nanon A 1"}, str, "multi-gen LRU) is not built yet"),
        ({"script": "anon A 1", "sysctls": {"/sys/kernel/mm/lru_gen/enabled": "0x0007"}}, str, "not built yet"),
    ],
)
def test_a_bad_recording_is_one_line_and_the_rest_is_compared(call, table, tmp_path, changes, spoil, reason):
    text = recorded.text(*table)
    recorded.write(tmp_path, "bad", spoil(text), **changes)
    recorded.write(tmp_path, "good", text)
    found, out, err = call(tmp_path, "--json", "--quiet")
    assert found == (0 if "not built" in reason else 2)
    assert err.count("\n") == 1
    assert err.startswith("memsim-gui: ")
    assert reason.format(last=len(text.splitlines())) in err
    document = json.loads(out)
    assert [workload["workload"] for workload in document["workloads"]] == ["good"]
    assert document["not_compared"] == [{"workload": "bad", "reason": err.removeprefix("memsim-gui: ").rstrip("\n")}]


def test_files_that_are_cut_off_or_missing(call, table, tmp_path):
    recorded.write(tmp_path, "cut", recorded.text(*table), xz=True)
    path = tmp_path / "cut.csv.xz"
    whole = path.read_bytes()
    for data, reason in ((whole[:-50], "cut off"), (b"PK" + whole, "is damaged"), (whole[:30] + whole, "is damaged")):
        path.write_bytes(data)
        assert reason in call(tmp_path)[2]
    path.unlink()
    code, out, err = call(tmp_path)
    assert (code, out) == (2, "\n")
    assert "cut.json: has no samples beside it" in err
    (tmp_path / "cut.json").write_text("[")
    assert "is no JSON" in call(tmp_path)[2]
    (tmp_path / "cut.json").unlink()
    assert "holds no recording" in call(tmp_path)[2]


def test_single_pages_are_compared_where_they_were_noted(call, table, tmp_path):
    script = recorded.SCRIPT.replace("sample full", "flags full A 0 899 90")
    path = recorded.write(tmp_path, "w", recorded.text(*table), script=script)
    (tmp_path / "w.wl").write_text(script, encoding="utf-8")
    pages = tmp_path / "w.pages.csv"
    assert cli.main(["run", str(tmp_path / "w.wl"), "--machine-from", str(path), "--pages", str(pages), "--quiet"]) == 0
    code, out, _ = call(tmp_path)
    assert code == 0
    assert "  pages: 1 of 1 moments as the real runs show them (10 pages asked for)\n" in out
    pages.write_text(pages.read_text().replace(",A,720,N,", ",A,720,X,"), encoding="utf-8")
    assert (
        "    MISS full A: 1 of 10 pages that all runs agree on differ: page 720 is N -, not X -\n" in call(tmp_path)[1]
    )
    (match,) = json.loads(call(tmp_path, "--json")[1])["workloads"][0]["pages"]
    assert match == {
        "label": "full", "region": "A", "pages": 10, "agreed": 10, "differences": 1, "miscounts": 0, "ok": False,
    }  # fmt: skip
    pages.write_text(pages.read_text()[:-9], encoding="utf-8")
    code, _, err = call(tmp_path)
    assert (code, err.count("\n")) == (2, 1)
    assert "w.pages.csv:11: " in err


def test_another_kernel_is_noted_and_compared(call, table, tmp_path):
    recorded.write(tmp_path, "new", recorded.text(*table), kernel="Linux version 6.12.3-amd64 (gcc)")
    code, out, _ = call(tmp_path, "--quiet")
    assert code == 0
    assert "  note: recorded on Linux 6.12.3-amd64: the simulator models 6.1\n" in out
    assert "score " in out


def test_the_script_may_lie_beside(call, table, tmp_path):
    recorded.write(tmp_path, "w", recorded.text(*table), script=None)
    (tmp_path / "w.wl").write_text(recorded.SCRIPT, encoding="utf-8")
    assert call(tmp_path, "--quiet")[0] == 0


def test_only_some_of_a_folder_of_folders(call, table, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        recorded.write(tmp_path / name, "w", recorded.text(*table))
    code, out, err = call(tmp_path, "--only", "b/w", "--quiet")
    assert (code, err) == (0, "")
    assert out.startswith("b/w: Linux")
    code, out, err = call(tmp_path, "--only", "b/v")
    assert (code, out) == (2, "")
    assert "unknown recording 'b/v' (did you mean b/w?); accepted: a/w, b/w" in err


@pytest.mark.usefixtures("qapp")
def test_pictures(call, table, tmp_path):
    recorded.write(tmp_path, "one", recorded.text(*table))
    recorded.write(tmp_path, "two", recorded.text(*table))
    out = tmp_path / "out"
    out.mkdir()
    assert call(tmp_path, "--only", "one", "--picture", out / "one.png")[0] == 0
    assert call(tmp_path, "--picture", out / "all.pngs", "--theme", "dark")[0] == 0
    assert call(tmp_path, "--picture", out / "two.svg")[0] == 0
    assert sorted(path.name for path in out.iterdir()) == ["all.pngs", "one.png", "two.svg"]
    assert "<title>overview</title>" in (out / "two.svg").read_text()
    assert sorted(path.name for path in (out / "all.pngs").iterdir()) == ["one.png", "overview.png", "two.png"]


def test_several_processes_and_an_interrupt(table, tmp_path):
    for name in ("a", "b", "c"):
        recorded.write(tmp_path, name, recorded.text(*table))
    command = [sys.executable, "-m", "memsim_gui", "fidelity", str(tmp_path), "--json"]
    env = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    assert [workload["workload"] for workload in json.loads(done.stdout)["workloads"]] == ["a", "b", "c"]
    endless = f"{recorded.SCRIPT}loop 1000000\ntouch A 0 900p w\nend\n"
    for name in ("a", "b", "c"):
        recorded.write(tmp_path, name, recorded.text(*table), script=endless)
    before = sorted(tmp_path.iterdir())
    command += ["--picture", str(tmp_path / "out.png")]
    for ending, code, said in ((signal.SIGINT, 130, "memsim-gui: interrupted\n"), (signal.SIGKILL, -9, "")):
        running = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, start_new_session=True
        )
        time.sleep(4)
        if ending == signal.SIGINT:
            os.killpg(running.pid, ending)
        else:
            running.kill()
        # The pipes close when the last of the processes has ended.
        out, err = running.communicate(timeout=60)
        assert (running.returncode, out) == (code, "")
        assert err.startswith(said)
        assert "Traceback" not in err
        assert sorted(tmp_path.iterdir()) == before
