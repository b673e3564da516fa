"""What the panels show: maps, tables and texts, by the same names as their widgets."""
