"""Compares results with a baseline, and exports them to trackers."""
