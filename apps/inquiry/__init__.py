"""The stated purpose that comes before every look, and its approval."""
