"""Lists of wanted plates, hot plates, matching, and the life of hits."""
