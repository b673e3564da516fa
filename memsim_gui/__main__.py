"""python -m memsim_gui: the command line."""

import sys

from memsim_gui.cli import main

sys.exit(main())
