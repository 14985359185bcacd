"""Lists of wanted plates, hot plates, and the hits that reads make on them."""
