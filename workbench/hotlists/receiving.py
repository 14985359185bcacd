"""Who is asked before anything of lists or hits leaves the house."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import Connection

from workbench.domain.recipient import SharingDecision


class GuardsSharing(Protocol):
    """Says whether an agency may have data; the policy and the register of agencies decide."""

    def may_receive(self, connection: Connection, agency: str) -> SharingDecision:
        """Return whether the agency of a name may have data."""
        ...

    def is_ours(self, agency: str) -> bool:
        """Return whether a name is the department's own."""
        ...

    def may_stand(self, connection: Connection, agency: str) -> SharingDecision:
        """Return whether data may go to the agency of a name all the time, unasked."""
        ...
