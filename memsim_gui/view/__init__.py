"""The window: widgets that show a moment of a trace and turn gestures into commands. They know no rule about pages."""
