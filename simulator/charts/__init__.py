"""Matplotlib figures for briefings: one file per chart, one house style."""
