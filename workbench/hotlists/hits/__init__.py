"""Hits: what is done about each, in which order, what is missing, and how often they are wrong."""

from __future__ import annotations

from workbench.hotlists.hits.hit import Hit, HitEvent

__all__ = ["Hit", "HitEvent"]
