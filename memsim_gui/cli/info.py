"""`memsim-gui info`: what is in a recording, and whether it is whole."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from memsim_gui.cli.codes import DONE, FAILED

if TYPE_CHECKING:
    from memsim_gui.trace.store import Trace


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", metavar="FILE.memsim", type=Path)
    parser.add_argument("--verify", action="store_true", help="also replay it from end to end")


def run(arguments: argparse.Namespace) -> int:
    """Say what is in a recording; exit code."""
    from memsim_gui.engine import recording
    from memsim_gui.trace.view_state import sizes_of

    trace = recording.load(arguments.file)
    sizes, meta = sizes_of(trace.view_at(0)), trace.meta
    print(f"{meta.title}: {meta.footer}")
    print(f"{sizes.frames} page frames on {sizes.nodes} node(s), {sizes.slots} swap slots, seed {meta.seed}")
    print(f"{len(trace)} events, {len(trace.keyframes())} keyframes")
    print(f"{len(trace.labels.commands)} commands, {len(trace.labels.steps)} steps")
    for number, title in enumerate(trace.labels.step_titles, 1):
        print(f"{number:4} {title}")
    if not arguments.verify:
        return DONE
    wrong = _wrong_keyframes(trace)
    print(f"keyframes differ from the events before them at {wrong}" if wrong else "verified from end to end")
    return FAILED if wrong else DONE


def _wrong_keyframes(trace: "Trace") -> list[int]:
    """Return the positions of keyframes that differ from what the events alone lead to."""
    from memsim_gui.trace.view_state import differences

    view, at, wrong = trace.view_at(0), 0, []
    for position, keyframe in [*trace.keyframes(), (len(trace), trace.view_at(len(trace)))]:
        view, at = trace.forward(view, at, position), position
        if differences(view, keyframe):
            wrong.append(position)
    return wrong
