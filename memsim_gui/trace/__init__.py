"""The language between the core and the picture: events, lanes, counters, the view state and its replay."""
