"""`memsim-gui export`: a scenario, a script or a recording as video, pictures or data."""

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path

from memsim_gui.cli.codes import DONE

EPILOG = """regions: stage, caption, node0, lanes, free, devices, reclaim, active-anon, inactive-anon, active-file,
inactive-file, unevictable; on a machine of several nodes the parts are node1.lanes and so on"""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.epilog = EPILOG
    parser.add_argument("source", metavar="SOURCE")
    parser.add_argument("out", metavar="OUT", type=Path, help="its ending chooses the format")
    parser.add_argument("--size", default="1920x1080", metavar="WxH")
    parser.add_argument("--fps", metavar="N", help="frames a second: 60, and 25 for .gif")
    parser.add_argument("--theme", default="light")
    parser.add_argument("--from", dest="start", metavar="STEP", help="first step")
    parser.add_argument("--to", dest="stop", metavar="STEP", help="last step")
    parser.add_argument("--captions", action="store_true", help="burn the steps' captions into the pictures")
    parser.add_argument("--region", default="", help="only this part of the picture: a name, or X,Y,WxH in percent")
    parser.add_argument("--quiet", action="store_true", help="no progress")


def run(arguments: argparse.Namespace) -> int:
    """Write the file that is asked for; exit code."""
    from memsim_gui.engine.machine_spec import whole
    from memsim_gui.export.ending import ToldToEnd
    from memsim_gui.export.progress import ProgressText
    from memsim_gui.export.run import export_source
    from memsim_gui.session.export_settings import Settings, size_of

    steps = {f"--{name}": getattr(arguments, key) for name, key in (("from", "start"), ("to", "stop"))}
    start, stop = (whole(text, 1, 10**6, name) if text else None for name, text in steps.items())
    settings = Settings(
        size=size_of(arguments.size),
        fps=whole(arguments.fps, 1, 1000, "--fps") if arguments.fps else None,
        theme=arguments.theme,
        start_step=start,
        stop_step=stop,
        captions=arguments.captions,
        region=arguments.region,
    )
    ending = ToldToEnd(KeyboardInterrupt())
    progress = nullcontext(None) if arguments.quiet else ProgressText(sys.stderr, arguments.out.name)
    with progress as tell:
        export_source(arguments.source, arguments.out, settings, ending.watched(tell))
    return DONE
