"""Write resources/help/where-the-model-differs.md: every departure from the kernel, from where it is made.

A departure is a sentence that begins with "Simplified:" in a docstring or a comment of the simulator.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "resources" / "help" / "where-the-model-differs.md"
ROOMS = ("mm", "engine", "procfs")
MARK = "Simplified:"
HEAD = """\
# Where the model differs from Linux

The simulator follows Linux 6.1 function by function. This page lists where it does not, by the kernel's source files.
It is made from the sources of the simulator: `sh packaging/dev differences` writes it anew.
"""
_KERNEL = re.compile(r"Kernel: (?:stands in for )?(.*?)(?:, 6\.1|\. |\.$|; |:)", re.DOTALL)
_SENTENCE = re.compile(MARK + r"\s+(.*?[.])(?=\s|$)", re.DOTALL)


def page() -> str:
    """Return the page as Markdown."""
    lines = [HEAD]
    for room in ROOMS:
        for path in sorted((ROOT / "memsim_gui" / room).rglob("*.py")):
            sentences = list(departures(path.read_text(encoding="utf-8")))
            if sentences:
                lines.append(f"## {title(path)}\n")
                lines += [f"- {sentence}" for sentence in sentences]
                lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def title(path: Path) -> str:
    """Return the kernel's files that a file stands for, and its own name."""
    own = path.relative_to(ROOT / "memsim_gui").as_posix()
    found = _KERNEL.search(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")
    files = re.sub(r"\s*\([^)]*\)?", "", found[1]).strip() if found else "the machine around the kernel"
    return f"{' '.join(files.split())} (`{own}`)"


def departures(source: str) -> Iterator[str]:
    """Yield the sentences of one source file, in its order, on one line each and with a capital letter."""
    for text in texts(source):
        for sentence in _SENTENCE.findall(text):
            line = " ".join(sentence.split())
            yield line[0].upper() + line[1:]


def texts(source: str) -> Iterator[str]:
    """Yield docstrings and comments; comments on lines that follow each other are one text."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""
    comments: dict[int, str] = {}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            comments[token.start[0]] = token.string.lstrip("# ")
    yield "\n".join(text if line + 1 in comments else f"{text}\n" for line, text in comments.items())


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
