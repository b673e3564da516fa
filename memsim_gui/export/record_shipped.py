"""Make the recordings that come with the program anew: `python -m memsim_gui.export.record_shipped`.

A first start plays them while the core is being compiled, and exports of them need no core at all. What is not among
them takes too long to read when the window opens: more than a million events.
"""

import sys

from memsim_gui.engine import recording
from memsim_gui.export.sources import run_source, shipped_recording

IDENTS = ("S1", "S1-LESSON", "S2", "S3", "S4")


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
