"""Lists of plates that are looked for, hot plates, matching and hits (Policy 426.5, 426.6)."""
