"""The department's alert targets: who may set them up and switch them, each act logged with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from workbench.access import Action, require
from workbench.audit import AuditLog, Entry, EventKind, Outcome
from workbench.domain.alert import DeliveryState
from workbench.domain.clock import Clock
from workbench.domain.person import Actor
from workbench.errors import AlertTargetError
from workbench.hotlists.alerts.sending.secret_files import SecretFiles
from workbench.hotlists.alerts.target import Target
from workbench.hotlists.alerts.target_rows import StoredTarget, stored_target, target_values
from workbench.hotlists.receiving import GuardsSharing
from workbench.policy import Policy
from workbench.storage.alert_tables import alert_delivery, alert_target

SWITCHED_OFF = "The target was switched off"


class Targets:
    """Keeps the targets. One is never changed: another is made and the old one switched off.

    Parameters
    ----------
    engine
        Connects as the service role.
    policy, audit, clock
        Who may, where it is logged, and when.
    secrets
        Where the secrets lie that webhooks are signed with.
    guard
        Asked about targets of other agencies.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        policy: Policy,
        audit: AuditLog,
        clock: Clock,
        secrets: SecretFiles,
        guard: GuardsSharing,
    ) -> None:
        self._engine = engine
        self._policy = policy
        self._audit = audit
        self._clock = clock
        self._secrets = secrets
        self._guard = guard

    def add(self, by: Actor, new: Target) -> bool:
        """Add a target, switched on; return whether a secret was made for it.

        Raises
        ------
        DeniedError
            If the actor may not.
        AlertTargetError
            If there is one of that name, its secret cannot be used, it lies outside and does not
            say whose it is, or the agency has no approved share; the last is logged.
        """
        at = self._clock()
        require(by, Action.ALERTS_MANAGE, policy=self._policy, audit=self._audit, at=at)
        self._check_receiver(by, new)
        made = new.secret_name is not None and self._secrets.ensure(new.secret_name)
        who = by.person.username
        values = target_values(new) | {"enabled": True, "set_up_at": at, "set_up_by": who}
        values |= {"switched_at": at, "switched_by": who}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(alert_target).values(values))
                self._audit.append_in(connection, _entry(by, {"added": _shown(new)}))
        except IntegrityError:
            raise AlertTargetError(
                "There is a target of that name", given=new.name, allowed="a new name"
            ) from None
        return made

    def switch(self, by: Actor, name: str, *, enabled: bool) -> int:
        """Switch a target on or off; what waited for one that is switched off is dead then.

        Returns
        -------
        int
            How many deliveries were given up; they can be retried.

        Raises
        ------
        DeniedError
            If the actor may not.
        AlertTargetError
            If there is none of that name, it is switched so already, or it is to be switched on
            and its agency has no approved share (any more).
        """
        at = self._clock()
        require(by, Action.ALERTS_MANAGE, policy=self._policy, audit=self._audit, at=at)
        for one in self.all() if enabled else ():
            if one.target.name == name:
                self._check_receiver(by, one.target)
        t, d = alert_target.c, alert_delivery.c
        with self._engine.begin() as connection:
            number = connection.execute(
                update(alert_target)
                .where(t.name == name, t.enabled.is_(not enabled))
                .values(enabled=enabled, switched_at=at, switched_by=by.person.username)
                .returning(t.id)
            ).scalar_one_or_none()
            if number is None:
                raise AlertTargetError(
                    f"No target of that name can be switched {'on' if enabled else 'off'}",
                    given=name,
                    next_step="see `workbench alerts targets list`",
                )
            given_up = 0
            if not enabled:
                given_up = connection.execute(
                    update(alert_delivery)
                    .where(d.target_id == number, d.state == DeliveryState.WAITING)
                    .values(state=DeliveryState.DEAD, ended_at=at, last_error=SWITCHED_OFF)
                ).rowcount
            details = {"target": name, "enabled": enabled, "given_up": given_up}
            self._audit.append_in(connection, _entry(by, details))
        return given_up

    def _check_receiver(self, by: Actor, target: Target) -> None:
        domains = self._policy.department.domains
        ours = target.agency is not None and self._guard.is_ours(target.agency)
        if (ours or target.agency is None) and not target.at_home(domains.value):
            raise AlertTargetError(
                "An address outside the department is an agency's, and says whose",
                given=target.name,
                allowed=f"an agency with a share, or below {', '.join(domains.value)}"
                f" ({domains.section})",
                next_step="--agency NAME, or --internal for a web address in the own network",
            )
        if target.agency is None:
            if target.kind.by_http and not target.internal:
                raise AlertTargetError(
                    "A web address outside the department's network says whose it is",
                    given=target.name,
                    allowed=f"{self._policy.department.name.value}, or an agency with a share",
                    next_step="--agency NAME, or --internal",
                )
            return
        with self._engine.connect() as connection:
            decision = self._guard.may_stand(connection, target.agency)
        if decision.allowed:
            return
        refused = {"target": target.name, "agency": target.agency, "why": decision.reason}
        self._audit.append(
            Entry(EventKind.ALERT_CHANGE, by, outcome=Outcome.REFUSED, details=refused)
        )
        raise AlertTargetError(
            decision.reason.removesuffix("."),
            given=target.agency,
            allowed=f"agencies with an approved share ({decision.source})",
            next_step="`workbench shares start`, then the captain approves it",
        )

    def all(self) -> tuple[StoredTarget, ...]:
        """Return every target, by name."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(alert_target).order_by(alert_target.c.name))
            return tuple(map(stored_target, rows))


def _entry(by: Actor, details: dict[str, Any]) -> Entry:
    return Entry(EventKind.ALERT_CHANGE, by, outcome=Outcome.DONE, details=details)


def _shown(target: Target) -> dict[str, Any]:
    quiet: dict[str, Any] = {"quiet_from": None, "quiet_until": None}
    if target.quiet:
        quiet = {"quiet_from": str(target.quiet.start), "quiet_until": str(target.quiet.end)}
    return target_values(target) | quiet
