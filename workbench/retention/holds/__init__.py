"""Holds: what stays although its time is over."""
