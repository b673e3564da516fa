"""What has happened in a trace, gathered once: for the timeline, charts and jumps."""
