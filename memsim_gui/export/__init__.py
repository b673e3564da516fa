"""Exports: the window's painters, run over the positions of a trace off screen, into videos and pictures.

`run.export_source` is the whole way from a source to a file; `exporter.Exporter` is the same for a window.
`formats` says which endings there are, `frames` makes the pictures, `encoder` turns them into a video, `pictures` into
PNG files; `captions` writes what a video's captions say as a file of its own.
"""
