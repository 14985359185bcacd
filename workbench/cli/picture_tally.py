"""What became of a million pictures, in sums and in those that somebody has to look at."""

from __future__ import annotations

import json

from workbench.cli.outcomes import Outcome, exit_code, outcomes_json, show_outcomes
from workbench.cli.terminal import say
from workbench.detections.deliveries import Counts
from workbench.detections.receipt import Receipt

LISTED = 1_000
"""Pictures that are listed one by one; of more, the sums are told, and every error as it comes."""


class PictureTally:
    """Counts outcomes and keeps the first of them."""

    def __init__(self) -> None:
        self._listed: list[Outcome] = []
        self._counts = Counts()
        self._already = 0
        self._code = 0
        self.pictures = 0

    def add(self, outcome: Outcome) -> None:
        """Count one picture; beyond those that are listed, tell its error now."""
        self.pictures += 1
        receipt = outcome[1] if isinstance(outcome[1], Receipt) else None
        if receipt and receipt.already:
            self._already += 1
        elif receipt:
            self._counts += receipt.counts
        self._code = max(self._code, exit_code([outcome]))
        if len(self._listed) < LISTED:
            self._listed.append(outcome)
            return
        error = receipt.error if receipt else outcome[1]
        if error:
            say(f"{type(error).__name__}: {error}", err=True)

    def tell(self, *, as_json: bool) -> int:
        """Print what became of the pictures and return the exit code of all."""
        left_out = self.pictures - len(self._listed)
        sums = {
            "pictures": self.pictures,
            "stored": self._counts.stored,
            "duplicate": self._counts.duplicate,
            "quarantined": self._counts.quarantined,
            "already": self._already,
        }
        if as_json:
            listed = outcomes_json(self._listed)["files"]
            say(json.dumps({"files": listed, "files_left_out": left_out} | sums))
            return self._code
        show_outcomes(self._listed)
        if left_out:
            say(f"and {left_out:,} more; of all {self.pictures:,}: {sums}")
        return self._code
