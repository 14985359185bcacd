"""How much of the service one stranger, one address or one person may take up."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from workbench.policy.rule import Count, CountOrZero, PolicyPart, Rule, Seconds


class AvailabilityRules(PolicyPart):
    """Bounds that keep the service and the pages open to those who are signed in.

    Each process, the service and the pages, keeps them for itself.

    Attributes
    ----------
    sign_ins_at_once, sign_ins_waiting
        Passwords checked at one time, and how many wait for it.
    tries_per_minute_by_address, tries_per_minute_by_name
        Sign-ins that may fail within a minute; an address of IPv6 is its network of 64 bits.
    header_seconds, body_seconds, answer_seconds
        How long a request's head, its body, and the taking of an answer may last.
    half_open, half_open_by_address
        Connections whose request has not come whole; past them the oldest is closed.
    requests_at_once_by_person, looks_at_once_by_person, waiting_by_person
        Requests of one person that are worked on, those among them that look at reads, and how
        many more wait for them.
    turned_away_every_seconds
        How often the refusals of nobody become one record.
    restarts, restart_minutes
        How often `workbench up` starts a part again that died, within so many minutes.
    """

    sign_ins_at_once: Rule[Count]
    sign_ins_waiting: Rule[CountOrZero]
    tries_per_minute_by_address: Rule[Count]
    tries_per_minute_by_name: Rule[Count]
    header_seconds: Rule[Seconds]
    body_seconds: Rule[Seconds]
    answer_seconds: Rule[Seconds]
    half_open: Rule[Count]
    half_open_by_address: Rule[Count]
    requests_at_once_by_person: Rule[Count]
    looks_at_once_by_person: Rule[Count]
    waiting_by_person: Rule[CountOrZero]
    turned_away_every_seconds: Rule[Seconds]
    restarts: Rule[CountOrZero]
    restart_minutes: Rule[Count]

    @model_validator(mode="after")
    def _one_is_no_more_than_all(self) -> Self:
        if self.half_open_by_address.value > self.half_open.value:
            raise ValueError("half_open_by_address should be at most half_open")
        return self
