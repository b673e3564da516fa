"""`memsim-gui export`: a scenario, a script or a recording as video, pictures or data."""

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path

from memsim_gui.cli.codes import DONE
from memsim_gui.engine.errors import InputError


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("source", metavar="SOURCE")
    parser.add_argument("out", metavar="OUT", type=Path, help="its ending chooses the format")
    parser.add_argument("--size", default="1920x1080", metavar="WxH")
    parser.add_argument("--fps", metavar="N", help="frames a second: 60, and 25 for .gif")
    parser.add_argument("--theme", default="light")
    parser.add_argument("--from", dest="start", metavar="STEP", help="first step")
    parser.add_argument("--to", dest="stop", metavar="STEP", help="last step")
    parser.add_argument("--captions", action="store_true")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def run(arguments: argparse.Namespace) -> int:
    """Write the file that is asked for; exit code."""
    from memsim_gui.engine.machine_spec import whole
    from memsim_gui.export.progress import ProgressText
    from memsim_gui.export.run import export_source

    width, cross, height = arguments.size.partition("x")
    if not cross:
        raise InputError("--size", repr(arguments.size), "WIDTHxHEIGHT, such as 1920x1080")
    step = {name: getattr(arguments, name) for name in ("start", "stop")}
    steps = {name: whole(text, 1, 10**6, f"--{name}") if text else None for name, text in step.items()}
    progress = nullcontext(None) if arguments.quiet else ProgressText(sys.stderr, arguments.out.name)
    with progress as tell:
        export_source(
            arguments.source,
            arguments.out,
            size=(whole(width, 1, 1 << 14, "--size"), whole(height, 1, 1 << 14, "--size")),
            fps=whole(arguments.fps, 1, 1000, "--fps") if arguments.fps else None,
            theme=arguments.theme,
            start_step=steps["start"],
            stop_step=steps["stop"],
            captions=arguments.captions,
            on_progress=tell,
        )
    return DONE
