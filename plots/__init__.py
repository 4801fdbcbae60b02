"""Draws, sums up and compares runs of waitbench, from the files of a results folder alone."""
