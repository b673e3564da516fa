"""Widgets that show the stage: alone, under a lens, in the lab."""
