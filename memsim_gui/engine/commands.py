"""Commands: the only way to change a machine. Logged, saved, undone, shown and tested as plain values.

Regions, files and processes go by name; a command's process appears with it if there is none of that name yet.
"""

import dataclasses
from collections.abc import Mapping

from memsim_gui.engine.command import MAIN, Command
from memsim_gui.engine.errors import InputError, quoted, unknown
from memsim_gui.engine.file_commands import (
    Fadvise,
    Fsync,
    Look,
    MixStream,
    MmapFile,
    NewFile,
    OpenFile,
    Read,
    ReadRandom,
    Write,
)
from memsim_gui.engine.memory_commands import (
    Access,
    ExitTask,
    Fork,
    Madvise,
    Mlock,
    Mmap,
    Munlock,
    Munmap,
    Pressure,
    Process,
    Shm,
    Touch,
)
from memsim_gui.engine.system_commands import (
    Cgroup,
    DirectReclaim,
    DropCaches,
    KswapdPass,
    MemoryReclaim,
    ScanList,
    SetSysctl,
    Sleep,
    Sync,
    WaitIo,
)

__all__ = [
    "COMMANDS",
    "MAIN",
    "Access",
    "Cgroup",
    "Command",
    "DirectReclaim",
    "DropCaches",
    "ExitTask",
    "Fadvise",
    "Fork",
    "Fsync",
    "KswapdPass",
    "Look",
    "Madvise",
    "MemoryReclaim",
    "MixStream",
    "Mlock",
    "Mmap",
    "MmapFile",
    "Munlock",
    "Munmap",
    "NewFile",
    "OpenFile",
    "Pressure",
    "Process",
    "Read",
    "ReadRandom",
    "ScanList",
    "SetSysctl",
    "Shm",
    "Sleep",
    "Sync",
    "Touch",
    "WaitIo",
    "Write",
    "from_dict",
]

COMMANDS = {kind.op: kind for kind in Command.__subclasses__()}


def from_dict(table: object, where: str) -> Command:
    """Return the command that a table of plain values describes. Raises InputError."""
    if not isinstance(table, Mapping) or not isinstance(table.get("op"), str):
        raise InputError(where, quoted(table), "a table with op and the command's fields")
    kind = COMMANDS.get(table["op"])
    if kind is None:
        raise unknown(where, "op", table["op"], COMMANDS)
    known = {item.name: item for item in dataclasses.fields(kind)}
    for key in table:
        if key != "op" and key not in known:
            raise unknown(f"{where} ({kind.op})", "key", str(key), known)
    values = {key: known[key].metadata["read"](table[key], f"{where}.{key}") for key in known if key in table}
    for key, item in known.items():
        if key not in values and item.default is dataclasses.MISSING:
            raise InputError(f"{where} ({kind.op})", f"{key} is missing", f"{kind.op} needs it")
    return kind(**values)
