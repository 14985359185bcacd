"""An auditor verifies the chain of the log and signs its head."""

from __future__ import annotations

from workbench.audit import Entry, EventKind, Outcome
from workbench.audit.checkpoint import sign_head, write_checkpoint
from workbench.audit.keys import signing_key
from workbench.audit.verify import verify_log
from workbench.demo.stage import ORIGIN, Report, Stage
from workbench.errors import ChainBrokenError


def verify(stage: Stage, report: Report) -> str:
    """Recompute every hash of the log, and sign its head into a file of its own.

    Raises
    ------
    ChainBrokenError
        If a record does not hold.
    """
    heads = stage.now.log_heads
    signed_before = heads.evidence().signed
    found = verify_log(stage.database.service, checkpoints=signed_before, progress=report)
    if found.broken is not None:
        raise ChainBrokenError(found.broken.explanation, where={"record": found.broken.seq})
    home, log = stage.settings.home, stage.now.audit
    signed = sign_head(
        log.read(found.last_seq), signing_key(home / "keys"), signed_at=stage.clock()
    )
    file = home / "checkpoints" / f"audit-{signed.seq:012d}.json"
    write_checkpoint(signed, file)
    entry = heads.keep("checkpoint", checkpoint=signed, file=file.name)
    details = {"seq": signed.seq, "hash": signed.hash, "file": file.name, "ledger": entry}
    log.append(
        Entry(
            EventKind.AUDIT_CHECKPOINT, None, origin=ORIGIN, outcome=Outcome.DONE, details=details
        )
    )
    return f"the chain of {found.records} records holds; its head is signed in {file.name}"
