"""Puts the services of this package together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from workbench.access.accounts import Accounts
from workbench.access.credentials import Credentials
from workbench.access.grants import Grants
from workbench.access.idle_accounts import IdleAccounts
from workbench.access.invitations import Invitations
from workbench.access.office import Office
from workbench.access.passwords import Passwords
from workbench.access.rescue import Rescue
from workbench.access.second_factor import SecondFactor
from workbench.access.sessions import Sessions
from workbench.access.sign_in import SignIn
from workbench.access.turned_away import TurnedAway
from workbench.access.vault import Vault
from workbench.audit import AuditLog
from workbench.domain.clock import Clock
from workbench.policy import Policy


@dataclass(frozen=True, slots=True)
class Access:
    """Everything about people, ready to use."""

    accounts: Accounts
    credentials: Credentials
    grants: Grants
    idle: IdleAccounts
    invitations: Invitations
    rescue: Rescue
    sessions: Sessions
    sign_in: SignIn
    turned_away: TurnedAway


def open_access(
    engine: Engine,
    *,
    policy: Policy,
    audit: AuditLog,
    clock: Clock,
    key: bytes,
    passwords: Passwords | None = None,
) -> Access:
    """Return the services.

    Parameters
    ----------
    engine
        Of the service role.
    policy
        Every number comes from it.
    audit
        Where every act and every attempt is logged.
    clock
        The present instant.
    key
        From `load_or_make_key`.
    passwords
        Other argon2 parameters than the usual ones.
    """
    office = Office(engine, policy, audit, clock)
    vault = Vault(key)
    passwords = passwords or Passwords(policy.sign_in)
    second_factor = SecondFactor(
        vault,
        issuer=policy.department.name.value,
        drift_steps=policy.sign_in.code_drift_steps.value,
    )
    turned_away = TurnedAway(
        audit, clock, every_s=policy.availability.turned_away_every_seconds.value
    )
    sessions = Sessions(office, turned_away=turned_away)
    invitations = Invitations(
        office, passwords=passwords, second_factor=second_factor, sessions=sessions
    )
    return Access(
        accounts=Accounts(office, vault=vault, invitations=invitations, sessions=sessions),
        credentials=Credentials(
            office,
            passwords=passwords,
            second_factor=second_factor,
            vault=vault,
            sessions=sessions,
        ),
        grants=Grants(office),
        idle=IdleAccounts(office, sessions=sessions),
        invitations=invitations,
        rescue=Rescue(office, vault=vault, invitations=invitations, sessions=sessions),
        sessions=sessions,
        sign_in=SignIn(
            office,
            passwords=passwords,
            second_factor=second_factor,
            vault=vault,
            sessions=sessions,
            turned_away=turned_away,
        ),
        turned_away=turned_away,
    )
