"""`python -m workbench`: the command, where its script is not on the path."""

from __future__ import annotations

from workbench.cli import main

main()
