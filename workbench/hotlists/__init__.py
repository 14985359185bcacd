"""Lists of wanted plates, hot plates, the hits that reads make on them, and their alerts."""
