"""People: who they are, how they sign in, and what the policy lets them do."""

from __future__ import annotations

from workbench.access.decide import Decision, decide
from workbench.access.require import require, require_another
from workbench.domain.action import Action

__all__ = ["Action", "Decision", "decide", "require", "require_another"]
