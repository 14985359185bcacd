"""Puts the parts of the alerts together."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Engine

from workbench.audit import AuditLog
from workbench.domain.alert import TargetKind
from workbench.domain.clock import Clock
from workbench.domain.person import Origin
from workbench.hotlists.alerts.deliveries import Deliveries
from workbench.hotlists.alerts.notices import FindsNotices, NoticeRound
from workbench.hotlists.alerts.outbox import Outbox
from workbench.hotlists.alerts.parcels import Parcels
from workbench.hotlists.alerts.patience import Patience
from workbench.hotlists.alerts.queueing import AlertQueue
from workbench.hotlists.alerts.sending.call_file import CallFileSender
from workbench.hotlists.alerts.sending.mail import MailSender, mail_server
from workbench.hotlists.alerts.sending.parcel import Sender
from workbench.hotlists.alerts.sending.secret_files import SecretFiles
from workbench.hotlists.alerts.sending.webhook import WebhookSender
from workbench.hotlists.alerts.targets import Targets
from workbench.hotlists.alerts.trying import Trying
from workbench.hotlists.alerts.worker import AlertWorker, Told
from workbench.hotlists.receiving import GuardsSharing
from workbench.policy import Policy
from workbench.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerts:
    """Where alerts go, how they get into the outbox, and what became of them."""

    targets: Targets
    queue: AlertQueue
    deliveries: Deliveries


def secret_files(settings: Settings) -> SecretFiles:
    """Return where the secrets lie that webhooks are signed with."""
    return SecretFiles(settings.home / "keys" / "alerts")


def open_alerts(
    engine: Engine,
    settings: Settings,
    *,
    policy: Policy,
    audit: AuditLog,
    clock: Clock,
    guard: GuardsSharing,
) -> Alerts:
    """Return what everybody but the worker needs.

    Parameters
    ----------
    engine
        Of the service role.
    guard
        Asked about targets of other agencies.
    """
    return Alerts(
        targets=Targets(
            engine,
            policy=policy,
            audit=audit,
            clock=clock,
            secrets=secret_files(settings),
            guard=guard,
        ),
        queue=AlertQueue(policy=policy, clock=clock, guard=guard),
        deliveries=Deliveries(engine, policy=policy, audit=audit, clock=clock),
    )


def open_worker(
    engine: Engine,
    settings: Settings,
    *,
    policy: Policy,
    audit: AuditLog,
    clock: Clock,
    guard: GuardsSharing,
    find: FindsNotices,
    rng: np.random.Generator,
    origin: Origin | None = None,
    patience: Patience | None = None,
    tls: ssl.SSLContext | None = None,
    timeout_s: float = 10.0,
    told: Told | None = None,
) -> AlertWorker:
    """Return a worker that sends.

    Parameters
    ----------
    engine
        Of the service role.
    guard
        Asked about targets of other agencies.
    find
        Returns what is out of order, so that people are told.
    rng
        Of the jitter between attempts.
    origin
        Where it runs, for the log.
    patience
        How often and how far apart it tries.
    tls
        Whose certificates are believed; the machine's own by default.
    timeout_s
        For one webhook.
    told
        Hears of each attempt.

    Raises
    ------
    SettingsError
        If the settings of the mail server make no sense.
    """
    senders = _senders(settings, clock=clock, tls=tls, timeout_s=timeout_s)
    outbox = Outbox(
        engine,
        audit=audit,
        clock=clock,
        guard=guard,
        patience=patience or Patience(),
        rng=rng,
        origin=origin,
    )
    parcels = Parcels(engine, pages_address=settings.pages_address, policy=policy)
    queue = AlertQueue(policy=policy, clock=clock, guard=guard)
    notices = NoticeRound(engine, queue=queue, find=find)
    return AlertWorker(outbox, parcels, senders, look=notices.tell, told=told)


def open_trying(
    engine: Engine,
    settings: Settings,
    *,
    policy: Policy,
    audit: AuditLog,
    clock: Clock,
    tls: ssl.SSLContext | None = None,
    timeout_s: float = 10.0,
) -> Trying:
    """Return what sends a test to a target; parameters as of `open_worker`.

    Raises
    ------
    SettingsError
        If the settings of the mail server make no sense.
    """
    return Trying(
        engine,
        policy=policy,
        audit=audit,
        clock=clock,
        senders=_senders(settings, clock=clock, tls=tls, timeout_s=timeout_s),
        pages_address=settings.pages_address,
    )


def _senders(
    settings: Settings, *, clock: Clock, tls: ssl.SSLContext | None, timeout_s: float
) -> dict[TargetKind, Sender]:
    tls = tls or ssl.create_default_context()
    webhook = WebhookSender(secret_files(settings), clock=clock, tls=tls, timeout_s=timeout_s)
    return {
        TargetKind.CAD_FILE: CallFileSender(),
        TargetKind.CAD_WEBHOOK: webhook,
        TargetKind.EMAIL: MailSender(mail_server(settings), clock=clock, tls=tls),
        TargetKind.WEBHOOK: webhook,
    }
