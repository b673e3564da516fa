"""Taking a frame, and what a task goes through when there is none. Section 5.4 of the rules."""

from tests.naive.memory import Kernel, Page
from tests.naive.scanning import RETRIES, above, reclaimable, resched, try_to_free_pages, wakeup_kswapd

MIN, LOW, HIGH = 0, 1, 2


class OutOfMemoryError(Exception):
    """The kernel would kill somebody now."""


def take(k: Kernel, mark: int) -> Page | None:
    if not above(k, mark):
        return None
    page = Page()
    k.pages.add(page)
    k.events["pgalloc_normal"] += 1
    return page


def alloc(k: Kernel) -> Page:
    """[Alloc-1, Alloc-2]"""
    page = take(k, LOW)
    if page:
        return page
    wakeup_kswapd(k)
    page = take(k, MIN)
    in_vain = 0
    while not page:
        wakeup_kswapd(k)
        progress = try_to_free_pages(k)
        if progress:
            page = take(k, MIN)
        if not page:
            resched(k)
        in_vain = 0 if progress else in_vain + 1
        if not page and (in_vain > RETRIES or k.free + reclaimable(k) <= k.settings.marks[MIN]):
            page = take(k, HIGH)
            if not page:
                raise OutOfMemoryError
    return page
