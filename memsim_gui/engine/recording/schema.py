"""The tables of a recording, as the newest version of the format has them; help/recordings.md says what they hold."""

from memsim_gui.trace import counters, kinds

APPLICATION_ID = 0x4D53494D  # "MSIM"
FORMAT = 2

SCHEMA = """
CREATE TABLE info(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE lane(number INTEGER PRIMARY KEY, node INTEGER NOT NULL, kind INTEGER NOT NULL, title TEXT NOT NULL,
                  type TEXT NOT NULL, rank INTEGER NOT NULL, ordered INTEGER NOT NULL);
CREATE TABLE step(number INTEGER PRIMARY KEY, position INTEGER, title TEXT NOT NULL, caption TEXT NOT NULL);
CREATE TABLE command(number INTEGER PRIMARY KEY, position INTEGER NOT NULL, sentence TEXT NOT NULL,
                     value TEXT NOT NULL);
CREATE TABLE name(kind TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL,
                  PRIMARY KEY(kind, number)) WITHOUT ROWID;
CREATE TABLE keyframe(position INTEGER PRIMARY KEY, base INTEGER, sizes TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE chunk(first INTEGER PRIMARY KEY, events INTEGER NOT NULL, level INTEGER NOT NULL, data BLOB NOT NULL);
"""
TABLES = {
    1: {"info", "chunk", "keyframe"},
    2: {"info", "lane", "step", "command", "name", "keyframe", "chunk", "counters"},
}
CLOCK_NAMES = ("time_ns", "op", "command", "step")
LEVEL_NAMES = {kinds.LEVEL_COUNTERS: "counters", kinds.LEVEL_FLOW: "flow", kinds.LEVEL_FULL: "full"}
NAMED = ("files", "vmas", "tasks", "devices")


def counters_table() -> str:
    """SQL of the table of counters: a row at the start of each command and at the end of each chunk."""
    names = (*CLOCK_NAMES, *counters.ZONE_NAMES, *counters.NODE_NAMES, *counters.EVENT_NAMES)
    columns = ", ".join(f"{name} INTEGER NOT NULL" for name in names)
    return f"CREATE TABLE counters(position INTEGER PRIMARY KEY, {columns})"


def counters_insert() -> str:
    """SQL that writes one row of it."""
    columns = 1 + len(CLOCK_NAMES) + counters.ZONE_ITEMS + counters.NODE_ITEMS + counters.EVENT_COUNTERS
    return f"INSERT OR REPLACE INTO counters VALUES ({', '.join('?' * columns)})"  # noqa: S608 - only question marks
