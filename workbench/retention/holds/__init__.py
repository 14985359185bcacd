"""Holds: what must stay although its time is over (Policy 426.7)."""
