"""A person at the desk: looks where words stand, points and clicks there or presses keys, and looks again."""

import json
import re
import time

from tests.e2e.desk import Desk, wait_for

PLACE = r"event ([\d\s]+) of ([\d\s]+)"
HAND_S = 0.15  # between two moves of a hand
MOST_TABS = 200
RESTING_LOOKS = 15  # that see the same: a button may give two commands, and a busy computer takes its time between them


class Person(Desk):
    """Uses the program through its screen; `spots` are told by tests/e2e/eyes.py."""

    # --- eyes

    def look(self):
        """Return what is on the screen now."""
        self.program.stdin.write("\n")
        self.program.stdin.flush()
        return json.loads(self.program.stdout.readline())

    def _find(self, words, within=""):
        """Return the rectangle of the topmost spot that says or begins with these words, None if there is none."""
        spots = [spot for spot in self.look()["spots"] if spot["on"] and (not within or within in spot["inside"])]
        found = [spot for spot in spots if words in spot["words"]]
        found = found or [spot for spot in spots if any(said.startswith(words) for said in spot["words"])]
        return found[-1]["rect"] if found else None

    def sees(self, words):
        """Whether these words are on the screen."""
        return any(said.startswith(words) for spot in self.look()["spots"] for said in spot["words"])

    def wait_for_words(self, words):
        wait_for(f'"{words}"', lambda: self.sees(words))

    def reads(self, pattern):
        """Return the match of a pattern with the first words on the screen that it fits as a whole, None if none do."""
        said = [said for spot in self.look()["spots"] for said in spot["words"]]
        return next(filter(None, (re.fullmatch(pattern, words) for words in said)), None)

    def wait_to_read(self, pattern):
        """Return the match of a pattern as soon as it is on the screen."""
        return wait_for(f'words like "{pattern}"', lambda: self.reads(pattern))

    def place_of(self, words):
        """Where words stand on the screen: x, y, width, height."""
        return wait_for(f'"{words}" to look at', lambda: self._find(words))

    def picture(self, words):
        """Pixels of a thing on the screen."""
        return self.pixels(*self.place_of(words))

    def has_focus(self, words):
        return any(said.startswith(words) for said in self.look()["focus"])

    def focus_is_seen(self):
        """Whether what has the focus is on the screen."""
        seen = self.look()
        return any(spot["words"] == seen["focus"] for spot in seen["spots"])

    def title(self):
        return self._tool("getwindowname", self.window[0]).strip()

    def _numbers(self):
        found = self.reads(PLACE)
        return [int("".join(text.split())) for text in found.groups()] if found else [-1, -1]

    def place(self):
        """Event shown, as the footer says."""
        return self._numbers()[0]

    def length(self):
        """How many events there are, as the footer says."""
        return self._numbers()[1]

    def wait_for_rest(self):
        """Wait until the end is shown and nothing more comes; return how many events there are."""
        seen = [self._numbers()]

        def rests():
            seen.append(self._numbers())
            place, length = seen[-1]
            return place == length > 0 and seen[-RESTING_LOOKS:] == [seen[-1]] * RESTING_LOOKS

        wait_for("rest at the end", rests)
        return seen[-1][1]

    # --- mouse

    def point(self, words, at=(0.5, 0.5), within=""):
        x, y, width, height = wait_for(f'"{words}" to point at', lambda: self._find(words, within))
        place = round(x + width * at[0]), round(y + height * at[1])
        self._tool("mousemove", *map(str, place))
        time.sleep(HAND_S)
        return place

    def click(self, words, *, at=(0.5, 0.5), button=1, times=1, within=""):
        """Click where words stand."""
        self.point(words, at, within)
        self._tool("click", "--repeat", str(times), "--delay", "80", str(button))
        time.sleep(HAND_S)

    def choose(self, box, row):
        """Open a list and click one of its rows."""
        self.click(box)
        self.click(row, within="QComboBoxPrivateContainer")

    def choose_menu(self, menu, *entries):
        """Open a menu of the menu bar and click an entry, or one after the other in the menus that they open."""
        self.click(menu, within="QMenuBar")
        for entry in entries:
            self.click(entry, within=f"menu {menu}")
            menu = entry

    def drag(self, words, start, end):
        """Drag over a thing between two places, as shares of its sides."""
        first = self.point(words, start)
        x, y, width, height = self._find(words)
        self._drag(first, (round(x + width * end[0]), round(y + height * end[1])))

    def drag_onto(self, words, others):
        """Drag a thing onto another one."""
        x, y, width, height = wait_for(f'"{others}" to drag to', lambda: self._find(others))
        self._drag(self.point(words), (round(x + width / 2), round(y + height / 2)))

    def _drag(self, first, last):
        self._tool("mousedown", "1")
        for share in (0.3, 0.6, 1.0):
            self._tool("mousemove", *(str(round(a + (b - a) * share)) for a, b in zip(first, last, strict=True)))
            time.sleep(HAND_S)
        self._tool("mouseup", "1")

    def wheel(self, words, notches):
        """Turn the wheel over a thing."""
        self.point(words)
        self._tool("click", "--repeat", str(abs(notches)), "--delay", "60", "4" if notches > 0 else "5")

    # --- keyboard

    def press(self, *keys):
        """Press keys, with the keyboard where a window manager would have it."""
        for key in keys:
            self._tool("windowfocus", "--sync", str(self.look()["keys"]))
            self._tool("key", key)
            time.sleep(HAND_S)

    def type(self, text):
        """Type text where the focus is."""
        self._tool("windowfocus", "--sync", str(self.look()["keys"]))
        self._tool("type", "--delay", "5", text)
        time.sleep(HAND_S)

    def tab_to(self, words):
        """Press Tab until something has the focus; the focus must be seen all the way."""
        for _ in range(MOST_TABS):
            if self.has_focus(words):
                return
            self.press("Tab")
            assert self.focus_is_seen(), self.look()["focus"]
        raise AssertionError(f'Tab does not lead to "{words}"')
