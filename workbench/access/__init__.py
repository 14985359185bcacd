"""People: who they are, how they sign in, and what the policy lets them do."""

from __future__ import annotations

from workbench.access.accounts import Account, Accounts
from workbench.access.credentials import Credentials
from workbench.access.decide import Decision, decide
from workbench.access.grants import Grants
from workbench.access.idle_accounts import IdleAccount, IdleAccounts
from workbench.access.invitations import Invitation, Invitations
from workbench.access.keys import load_or_make_key
from workbench.access.open import Access, open_access
from workbench.access.passwords import Passwords
from workbench.access.require import require, require_another
from workbench.access.rescue import Rescue
from workbench.access.sessions import Sessions, SignedIn
from workbench.access.sign_in import SignIn
from workbench.domain.action import Action

__all__ = [
    "Access",
    "Account",
    "Accounts",
    "Action",
    "Credentials",
    "Decision",
    "Grants",
    "IdleAccount",
    "IdleAccounts",
    "Invitation",
    "Invitations",
    "Passwords",
    "Rescue",
    "Sessions",
    "SignIn",
    "SignedIn",
    "decide",
    "load_or_make_key",
    "open_access",
    "require",
    "require_another",
]
