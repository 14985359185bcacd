"""How long data stay: purges, holds, evidence packages."""
