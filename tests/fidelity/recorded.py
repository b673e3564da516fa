"""Small recordings to compare with, made by the simulator itself and bent on demand."""

import csv
import io
import json
import lzma

from memsim_gui.engine.script import parse
from memsim_gui.engine.sources import Options, script_run

SCRIPT = "policy 0\nswap 4\nevery 64\nanon A 900p\ntouch A 0 700p w\nsample full\ntouch A 0 900p w\n"
KERNEL = "Linux version 6.1.0-56-cloud-amd64 (gcc) #1 SMP Debian 6.1.192-2"
ZONE = {
    "managed": 1024,
    "free": 800,
    "min": 8,
    "low": 10,
    "high": 12,
    "protection": [0],
    "pcp_batch": 7,
    "pcp_high": 28,
}


def document(**changes):
    """The JSON document of a machine of 4 MiB with the same of swap; a key given None is left out."""
    swaps = "Filename Type Size Used Priority\n/dev/vdb partition 4092 0 -2"
    whole = {
        "kernel": KERNEL, "managed_pages": 1024, "zones_at_start": {"node0.DMA32": ZONE}, "swaps": swaps, "cpus": 1,
        "script": SCRIPT, **changes,
    }  # fmt: skip
    return {key: value for key, value in whole.items() if value is not None}


def rows(folder, runs=2, script=SCRIPT):
    """Header and rows of a table: what the simulator itself does, once for each run."""
    machine = folder / "machine.machine"
    machine.write_text(json.dumps(document()), encoding="utf-8")
    run = script_run(parse(script), Options(machine_from=machine), "")
    run.finish()
    machine.unlink()
    columns = run.table.columns()
    header = ["run", *columns]
    samples = list(zip(*columns.values(), strict=True))
    return header, [[str(number), *map(str, row)] for number in range(1, runs + 1) for row in samples]


def text(header, table):
    """Return a table as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([header, *table])
    return out.getvalue()


def write(folder, name, table, *, xz=False, **changes):
    """Write a recording; return its JSON file."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document(**changes)), encoding="utf-8")
    data = table.encode()
    (folder / f"{name}.csv{'.xz' * xz}").write_bytes(lzma.compress(data) if xz else data)
    return path
