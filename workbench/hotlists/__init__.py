"""Lists of wanted plates, hot plates, and what becomes of a read that meets one."""
