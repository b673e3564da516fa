"""Forms of memory: map, unmap, access in a pattern, advise, lock."""

from collections.abc import Callable
from typing import Any

from memsim_gui.engine import commands
from memsim_gui.engine.commands import Command
from memsim_gui.engine.errors import InputError, quoted
from memsim_gui.engine.workloads.patterns import LOOP, RANDOM, SEQUENTIAL, STRIDE, WORKING_SET, ZIPF
from memsim_gui.session.names import Region
from memsim_gui.view.controls.form import Form, propose, region_of
from memsim_gui.view.widgets import steps
from memsim_gui.view.widgets.choice import Choice
from memsim_gui.view.widgets.fields import (
    or_all,
    read_alpha,
    read_any_pages,
    read_name,
    read_pages,
    read_place,
    read_some_bytes,
    whole,
)
from memsim_gui.view.widgets.spin_field import SpinField

SIZE_TIP = "such as 10 MiB, 2560p or 2560"
EACH_PAGE = "each page"
PATTERNS = {
    "Each page once": EACH_PAGE,
    "Sequential": SEQUENTIAL,
    "Stride": STRIDE,
    "Loop": LOOP,
    "Random": RANDOM,
    "Zipf: a few hot pages": ZIPF,
    "Working set": WORKING_SET,
}
ADVICE = {
    "COLD: reclaim first": "cold",
    "PAGEOUT: reclaim now": "pageout",
    "FREE: contents not needed": "free",
    "DONTNEED: give back": "dontneed",
}


class Span:
    """The rows for a part of a region: first page, and number of pages or all that follow."""

    def __init__(self, form: Form) -> None:
        """Add the rows to a form."""
        self.first: SpinField[int] = form.number(
            "First page", read_any_pages, steps.page_numbers(), "0", "counted from 0", "pages"
        )
        self.pages: SpinField[int] = form.number(
            "How many", or_all(read_pages), steps.pages("16", below=""), "", f"empty = all; {SIZE_TIP}", "pages"
        )
        self.pages.setPlaceholderText("all")

    def value(self) -> tuple[int, int]:
        """First page, and number of pages with 0 = all. Raises InputError."""
        return self.first.value(), self.pages.value()


class _MapForm(Form):
    """What mapping private and shared memory have in common."""

    def __init__(self, acting: Callable[[], str], name: str) -> None:
        super().__init__(acting)
        self.amount = self.number("Size", read_pages, steps.pages("64"), "64", SIZE_TIP, "pages")
        self.name = self.text("Name", read_name, name, "of the new region")

    def new_name(self) -> str:
        """Return the name typed. Raises InputError if a region has it."""
        name = self.name.value()
        if any(region.name == name for region in self.names.regions):
            raise InputError("", f"a region {quoted(name)} exists already", "a new name")
        return name

    def renew(self) -> None:
        """Propose a name that is free."""
        propose(self.name, {region.name for region in self.names.regions})


class PrivateForm(_MapForm):
    """mmap private anonymous memory, and write it at once if wanted."""

    TITLE = "Private memory"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting, "heap")
        self.button("Map", "mmap: addresses only, frames come with the first write", self._map)
        self.button("Map and write", "mmap, then write each page once", self._map_and_write)

    def _map(self) -> Command:
        return commands.Mmap(self.new_name(), self.amount.value(), process=self.acting())

    def _map_and_write(self) -> list[Command]:
        return [self._map(), commands.Touch(self.name.value(), write=True)]


class SharedForm(_MapForm):
    """Map shared anonymous memory."""

    TITLE = "Shared memory"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting, "shared")
        self.button("Map shared", "mmap MAP_SHARED: a child sees what the parent writes", self._map)

    def _map(self) -> Command:
        return commands.Shm(self.new_name(), self.amount.value(), process=self.acting())


class UnmapForm(Form):
    """munmap a region or a part of it."""

    TITLE = "Unmap"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.where = self.region()
        self.span = Span(self)
        self.button("Unmap", "munmap: the pages are given back", self._unmap)

    def _unmap(self) -> Command:
        return commands.Munmap(region_of(self.where), *self.span.value())


class AccessForm(Form):
    """Read or write a region in a pattern."""

    TITLE = "Access"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.where = self.region()
        self.pattern = self.choice("Pattern", PATTERNS, "order of the accesses")
        self.count = self.number(
            "Accesses", whole(1), steps.counts("1000"), "1000", "how many reads or writes", "times"
        )
        self.step = self.number(
            "Stride", read_pages, steps.pages("16"), "16", "distance from one access to the next", "pages"
        )
        self.hot = self.number(
            "Loop or set", or_all(read_pages), steps.pages("16", below=""), "", "empty = a tenth of the pages", "pages"
        )
        self.hot.setPlaceholderText("a tenth")
        self.alpha = self.number(
            "Exponent s", read_alpha, steps.tenths("0.8"), "0.8", "0 = all pages alike, above 1 = very few hot ones"
        )
        self.seed = self.number("Seed", whole(0), steps.numbers("0"), "0", "the same seed draws the same pages")
        self._details: dict[str, SpinField[Any]] = {
            "count": self.count, "step": self.step, "hot": self.hot, "alpha": self.alpha, "seed": self.seed,
        }  # fmt: skip
        self.span = Span(self)
        self.button("Read", "Read in this pattern", self._read)
        self.button("Write", "Write in this pattern", self._write)
        self.adapt()

    def adapt(self) -> None:
        """Show the fields of the pattern chosen."""
        pattern = self.pattern.value()
        for field, patterns in (
            (self.count, set(PATTERNS.values()) - {EACH_PAGE}),
            (self.step, {STRIDE}),
            (self.hot, {LOOP, WORKING_SET}),
            (self.alpha, {ZIPF}),
            (self.seed, {RANDOM, ZIPF, WORKING_SET}),
        ):
            self.show_row(field, visible=pattern in patterns)

    def _read(self) -> Command:
        return self._access(write=False)

    def _write(self) -> Command:
        return self._access(write=True)

    def _access(self, *, write: bool) -> Command:
        region, pattern, (first, pages) = region_of(self.where), self.pattern.value(), self.span.value()
        if pattern == EACH_PAGE:
            return commands.Touch(region, first, pages, write)
        used: dict[str, Any] = {name: field.value() for name, field in self._details.items() if not field.isHidden()}
        return commands.Access(region, pattern, write=write, first=first, pages=pages, **used)


class MadviseForm(Form):
    """madvise pages of a region."""

    TITLE = "Memory (madvise)"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.where = self.region()
        self.advice: Choice = self.choice("Advice", ADVICE, "what the kernel is told about these pages")
        self.span = Span(self)
        self.button("Advise", "madvise these pages", self._advise)

    def _advise(self) -> Command:
        return commands.Madvise(region_of(self.where), self.advice.value(), *self.span.value())


class LockForm(Form):
    """mlock and munlock a byte range of a region, given by address or by offset."""

    TITLE = "Lock"

    def __init__(self, acting: Callable[[], str]) -> None:
        super().__init__(acting)
        self.where = self.region()
        self.place = self.number("Start", self._offset, steps.places(), "0", "offset in the region, or address with 0x")
        self.length = self.number(
            "Length", read_some_bytes, steps.lengths("100000"), "100000", "such as 100000 or 10 MiB", "bytes"
        )
        self.on_fault = self.switch("only when touched", "MLOCK_ONFAULT: lock each page when it is first touched")
        self.button("Lock", "mlock: these pages are never reclaimed", self._lock)
        self.button("Unlock", "munlock them", self._unlock)

    def _region(self) -> Region:
        return self.names.region(region_of(self.where))

    def _offset(self, text: str) -> int:
        """Offset in the region of what is typed. Raises InputError."""
        place = read_place(text)
        return self._region().offset_of(place, "place") if self.where.currentText() else place

    def adapt(self) -> None:
        """Judge the place anew: another region has other addresses."""
        self.place.judge()

    def _lock(self) -> Command:
        return commands.Mlock(*self._range(), onfault=self.on_fault.isChecked())

    def _unlock(self) -> Command:
        return commands.Munlock(*self._range())

    def _range(self) -> tuple[str, int, int]:
        """Region, offset and length typed. Raises InputError."""
        return region_of(self.where), self.place.value(), self.length.value()
