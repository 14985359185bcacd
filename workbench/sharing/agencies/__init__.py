"""Who may have data: the register of agencies, and the guard that asks it."""
