"""`memsim-gui fidelity`: compare with recordings of a real kernel."""

import argparse
import json
import sys
from pathlib import Path

from memsim_gui.cli.codes import BAD_INPUT, DONE
from memsim_gui.cli.places import check_place


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    from memsim_gui.fidelity import FORMAT

    parser.epilog = FORMAT
    parser.add_argument("folder", metavar="DIR", type=Path, help="a folder of recordings")
    parser.add_argument("--only", metavar="W", action="append", default=[], help="compare this workload; may repeat")
    parser.add_argument(
        "--picture", metavar="OUT", type=Path,
        help="OUT.png or .svg: the curves of one workload, the verdicts of several; OUT.pngs: a folder of all",
    )  # fmt: skip
    parser.add_argument("--theme", default="light", help="of the picture")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def run(arguments: argparse.Namespace) -> int:
    """Compare a folder; exit code."""
    from memsim_gui.export import comparisons
    from memsim_gui.fidelity import report
    from memsim_gui.fidelity.compare import Comparison, NotCompared, Result, compare_folder

    def tell(done: int, of: int, result: Result) -> None:
        if isinstance(result, NotCompared):
            print(f"memsim-gui: {result.reason}", file=sys.stderr)
        elif not arguments.quiet:
            print(f"{done}/{of} {result.name}: {report.verdict(result.tally)}", file=sys.stderr, flush=True)

    theme = comparisons.theme_for(arguments.picture, arguments.theme) if arguments.picture else None
    check_place(arguments.picture)
    results = compare_folder(arguments.folder, arguments.only, tell)
    compared = [result for result in results if isinstance(result, Comparison)]
    if theme and compared:
        comparisons.write(compared, arguments.picture, theme)
    print(json.dumps(report.document(results)) if arguments.json else "\n".join(report.text(results)))
    bad = any(isinstance(result, NotCompared) and result.bad_input for result in results)
    return BAD_INPUT if bad or not compared else DONE
