"""Lists that are fetched several times a day: set up, loaded, decided about, watched."""
