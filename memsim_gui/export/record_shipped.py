"""Make the recordings that come with the program anew: `python -m memsim_gui.export.record_shipped`.

A first start plays S1 from its recording while the core is being compiled, and an export of it needs no core at all.
"""

import sys

from memsim_gui.engine import recording
from memsim_gui.export.sources import run_source, shipped_recording

IDENTS = ("S1",)


def main() -> None:
    """Run each scenario that is shipped as a recording, and save it."""
    for ident in IDENTS:
        path = shipped_recording(ident)
        path.parent.mkdir(exist_ok=True)
        trace = run_source(ident)
        recording.save(trace, path)
        sys.stdout.write(f"{path.name}: {len(trace)} events, {path.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
