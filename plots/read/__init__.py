"""Reads the files of a results folder, checks them, and hands them on as plain data."""
