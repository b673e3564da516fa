"""`memsim-gui info`: what is in a recording, whether it is whole, and saving what is intact of one that is not."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from memsim_gui.cli.codes import BAD_INPUT, DONE, FAILED

if TYPE_CHECKING:
    from memsim_gui.trace.store import Trace


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("file", metavar="FILE.memsim", type=Path)
    parser.add_argument("--verify", action="store_true", help="also replay it from end to end")
    parser.add_argument("--recover", metavar="OUT.memsim", type=Path, help="save what is intact of a damaged recording")


def run(arguments: argparse.Namespace) -> int:
    """Say what is in a recording; exit code."""
    from memsim_gui.engine import recording

    try:
        trace = recording.load(arguments.file)
    except recording.DamagedError as error:
        print(f"memsim-gui: {error}", file=sys.stderr)
        if arguments.recover:
            recording.save(error.intact, arguments.recover)
            print(f"{arguments.recover}: {len(error.intact)} events, {error.missing} of the recording are missing")
            return DONE
        return BAD_INPUT
    _describe(trace, arguments.file)
    if arguments.recover:
        recording.save(trace, arguments.recover)
    if not arguments.verify:
        return DONE
    wrong = _wrong_keyframes(trace)
    print(f"keyframes differ from the events before them at {wrong}" if wrong else "verified from end to end")
    return FAILED if wrong else DONE


def _describe(trace: "Trace", path: Path) -> None:
    from memsim_gui.engine.recording.schema import LEVEL_NAMES
    from memsim_gui.trace.view_state import sizes_of

    sizes, meta, labels = sizes_of(trace.start), trace.meta, trace.labels
    print(f"{meta.title}: {meta.footer}")
    print(f"{sizes.frames} page frames on {sizes.nodes} node(s), {sizes.slots} swap slots, seed {meta.seed}")
    print(f"{len(trace)} events, {len(trace.keyframes())} keyframes, {path.stat().st_size} bytes")
    for (start, level), end in zip(trace.levels, [*(at for at, _ in trace.levels[1:]), len(trace)], strict=True):
        print(f"events {start} to {end}: level {LEVEL_NAMES[level]}")
    print(f"{len(labels.commands)} commands, {len(labels.steps)} steps")
    print("can be gone on from" if meta.machine else "cannot be gone on from: it does not say how its machine was made")
    for number, title in enumerate(labels.step_titles, 1):
        print(f"{number:4} {title}")


def _wrong_keyframes(trace: "Trace") -> list[int]:
    """Return the positions of keyframes that differ from what the events alone lead to; after a loss they may."""
    from memsim_gui.trace import kinds
    from memsim_gui.trace.view_state import copy_view, differences

    view, at, wrong = trace.view_at(0), 0, []
    for position, keyframe in [*trace.keyframes(), (len(trace), trace.view_at(len(trace)))]:
        full = trace.level_at(position - 1) == kinds.LEVEL_FULL
        lost = any((events["kind"] == kinds.LOST).any() for events in trace.pieces(at, position))
        view, at = trace.forward(view, at, position), position
        if lost or not full:
            view = copy_view(keyframe)
        elif differences(view, keyframe):
            wrong.append(position)
    return wrong
