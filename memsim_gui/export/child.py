"""The export process of a window: `python -m memsim_gui.export.child RECORDING OUT SETTINGS`, SETTINGS as JSON.

Tells its progress on stdout in lines `DONE/TOTAL`, a few each second. Ended by SIGTERM it leaves no file behind.
"""

import json
import signal
import sys
import time
from pathlib import Path

from memsim_gui.engine import recording
from memsim_gui.engine.errors import InputError
from memsim_gui.export.ending import ToldToEnd
from memsim_gui.export.run import export_trace, gui_application
from memsim_gui.session.export_settings import Settings

BAD_INPUT = 2
TELL_EVERY_S = 0.05


def main(arguments: list[str]) -> int:
    """Export, and return the exit status: 0, or 2 with one line on stderr for what cannot be exported."""
    ending = ToldToEnd(SystemExit(128 + signal.SIGTERM))
    source, out, text = arguments
    values = json.loads(text)
    application = gui_application()
    try:
        settings = Settings(**{**values, "size": tuple(values["size"])})
        export_trace(recording.load(source), Path(out), settings, ending.watched(_Teller()))
    except InputError as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    finally:
        del application
    return 0


class _Teller:
    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now >= self._next or done == total:
            self._next = now + TELL_EVERY_S
            sys.stdout.write(f"{done}/{total}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
