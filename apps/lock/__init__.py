"""Takes a page away when its session ends, locks, or may no longer see it."""
