"""Draws the charts with matplotlib."""
