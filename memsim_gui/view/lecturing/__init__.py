"""Lecture mode: the stage alone on a whole screen, with all that a presenter needs on single keys.

keys.py       which key does what: the one table
tools.py      spotlight, zoom, pen and pointer, as plain state
clock.py      time taken and planned;  strip.py: the keys pressed last
view.py       the full screen;  chapters.py, notes.py: what opens on it
screens.py    which screen;  lectern.py: ties all of it to the session
"""
