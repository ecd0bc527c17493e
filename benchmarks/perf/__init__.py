"""Measurements of speed and memory, each against its goal."""
