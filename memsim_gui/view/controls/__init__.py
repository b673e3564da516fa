"""The controls: each section is a small form that makes commands. What a command does is the engine's business."""
