"""What can be asked for, by the name under which callers of this package know it."""

from __future__ import annotations

from workbench.domain.action import Action

__all__ = ["Action"]
