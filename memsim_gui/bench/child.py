"""One measurement: `python -m memsim_gui.bench.child FILE NAME`; its result is the last line on stdout, as JSON."""

import json
import sys
from importlib import import_module


def main(module: str, name: str) -> None:
    """Measure `name` of the file `module` of this package."""
    figure, note = import_module(f"memsim_gui.bench.{module}").MEASUREMENTS[name]()
    sys.stdout.write(json.dumps([figure, note]) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
