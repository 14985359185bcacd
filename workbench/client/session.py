"""Signing in from a notebook, and what a signed-in person can open."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from getpass import getpass
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import pandas as pd

from workbench.client.connection import Connection
from workbench.client.department import Department
from workbench.client.handle import InquiryHandle
from workbench.domain.harmless_text import escaped
from workbench.errors import SessionEndedError
from workbench.settings import keys_warning, load_settings

Ask = Callable[[str], str]


class Workbench:
    """A person's session with the department's service.

    Used as a context manager it signs out at the end.

    Attributes
    ----------
    department
        Whose service it is: name, time zone, purposes.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.department = Department.of(connection.get("/v1/department").json())

    def inquiry(self, *, purpose: str, reason: str, case: str | None = None) -> InquiryHandle:
        """State a purpose; searches are methods of what comes back.

        Parameters
        ----------
        purpose
            One of ``department.purposes``.
        reason
            In your own words; it stands in the audit log.
        case
            The case number; the policy may demand it.

        Returns
        -------
        InquiryHandle
            ``waiting`` when the purpose needs somebody's approval; its `approvers` say whose.

        Raises
        ------
        PurposeError
            If the purpose is unknown, or the reason or case number is missing.
        AccessError
            If the session ended, or the person may not.
        """
        body = {"purpose": purpose, "reason": reason, "case_number": case}
        return self._handle(self._connection.post("/v1/inquiries", body).json())

    def whoami(self) -> dict[str, Any]:
        """Return the service's word on whose session it is, and the roles that hold now."""
        return dict(self._connection.get("/v1/session").json())

    def inquiries(self) -> list[InquiryHandle]:
        """Return one's own inquiries that are open or waiting, newest first."""
        said = self._connection.get("/v1/inquiries").json()
        return [self._handle(one) for one in said["inquiries"]]

    def waiting(self) -> pd.DataFrame:
        """Return others' inquiries that wait; for supervisors and administrators, recorded.

        Raises
        ------
        DeniedError
            If the person may not decide inquiries.
        """
        said = self._connection.get("/v1/inquiries/waiting").json()
        columns = ["id", "username", "purpose", "case_number", "reason", "opened_at"]
        frame = pd.DataFrame(said["inquiries"], columns=columns)
        opened = pd.to_datetime(frame["opened_at"], utc=True).dt.tz_convert(self.department.zone)
        return frame.assign(opened_at=opened)

    def waiting_for_reads(self) -> pd.DataFrame:
        """Return others' requests for reads that wait; for those who decide them, recorded.

        Returns
        -------
        pandas.DataFrame
            One row a request: ``number``, who, how many reads and why, what the inquiry says, and
            ``out_today``, how many reads that person's looks let out in the last 24 hours.

        Raises
        ------
        DeniedError
            If the person may not decide inquiries.
        """
        said = self._connection.get("/v1/inquiries/waiting").json()["asked"]
        rows = [
            {
                "number": one["allowance"]["id"],
                **{name: one["allowance"][name] for name in ("username", "reads", "why")},
                **{name: one["inquiry"][name] for name in ("purpose", "case_number", "reason")},
                "out_today": one["out_today"],
            }
            for one in said
        ]
        columns = ["number", "username", "reads", "why", "purpose", "case_number", "reason"]
        return pd.DataFrame(rows, columns=[*columns, "out_today"])

    def approve_reads(self, number: int, *, note: str) -> str:
        """Approve a number of reads that somebody else asked for, and return its new state.

        Raises
        ------
        InputError
            If it does not wait, or the note says too little.
        DeniedError
            If the person may not decide, or asked for it.
        """
        return self._decide_reads(number, "approve", note)

    def refuse_reads(self, number: int, *, note: str) -> str:
        """Refuse a number of reads and return its new state; raises as `approve_reads` does."""
        return self._decide_reads(number, "refuse", note)

    def approve(self, inquiry_id: UUID | str, *, note: str) -> str:
        """Approve somebody's inquiry (Policy 426.5 (c)) and return its new state.

        Raises
        ------
        PurposeError
            If it does not wait, or the note is empty.
        DeniedError
            If the person may not decide, or opened it.
        """
        return self._decide(inquiry_id, "approve", note)

    def refuse(self, inquiry_id: UUID | str, *, note: str) -> str:
        """Refuse somebody's inquiry and return its new state; raises as `approve` does."""
        return self._decide(inquiry_id, "refuse", note)

    def reviews(self) -> pd.DataFrame:
        """Return how the last weeks with looks stand: signed by whom, or overdue.

        Raises
        ------
        DeniedError
            If the person does not review.
        """
        columns = ["week", "signed_by", "signed_at", "note", "overdue"]
        weeks = self._connection.get("/v1/audit/reviews").json()["weeks"]
        return pd.DataFrame(weeks, columns=columns)

    def review(self, week: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return a week to review: a row a person, and a row a wide look; recorded, no plates.

        Parameters
        ----------
        week
            Such as ``2026-W45``.

        Raises
        ------
        PeriodError
            If it is no week.
        DeniedError
            If the person does not review.
        """
        said = self._connection.get(f"/v1/audit/reviews/{week}").json()
        return pd.DataFrame(said["people"]), pd.DataFrame(said["wide"])

    def sign_review(self, week: str, *, note: str) -> None:
        """Sign that you reviewed a week.

        Raises
        ------
        DeniedError
            If you do not review, or made a look in it.
        ReviewError
            If it is not over, was signed before, or you did not look at it.
        InputError
            If the note says too little.
        """
        self._connection.post(f"/v1/audit/reviews/{week}/signature", {"note": note})

    def sign_out(self) -> None:
        """End the session at the service."""
        self._connection.send("DELETE", "/v1/session")
        self._connection.use_token(None)

    def _decide(self, inquiry_id: UUID | str, decision: str, note: str) -> str:
        path = f"/v1/inquiries/{UUID(str(inquiry_id))}/{decision}"
        return str(self._connection.post(path, {"note": note}).json()["state"])

    def _decide_reads(self, number: int, decision: str, note: str) -> str:
        path = f"/v1/inquiries/allowances/{int(number)}/{decision}"
        return str(self._connection.post(path, {"note": note}).json()["state"])

    def _handle(self, said: dict[str, Any]) -> InquiryHandle:
        return InquiryHandle(self._connection, self.department, said)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(SessionEndedError):
            self.sign_out()
        self._connection.close()

    def __repr__(self) -> str:
        return f"Workbench({self.department.name!r}, {self._connection.url!r})"

    def _repr_html_(self) -> str:
        purposes = ", ".join(sorted(self.department.purposes))
        return (
            f"<div><b>{escaped(self.department.name)}</b> · {escaped(self._connection.url)} · "
            f"policy {escaped(self.department.policy_version)} · "
            f"alpr-workbench {escaped(version('alpr-workbench'))}<br>"
            f"Purposes: {escaped(purposes)}</div>"
        )


def connect(
    url: str | None = None,
    username: str | None = None,
    password: str | None = None,
    code: str | None = None,
    token: str | None = None,
    *,
    ask: Ask = input,
    ask_secretly: Ask = getpass,
) -> Workbench:
    """Sign in to the service.

    With a token, given or in ``WORKBENCH_TOKEN``, that session is used. Otherwise the banner of
    the system is shown, and whatever of user name, password and code is missing is asked for.

    Parameters
    ----------
    url
        Where the service is; ``WORKBENCH_SERVICE_URL`` by default.
    username, password, code
        Of the account; the code is the authenticator's. Do not write a password into a notebook.
    token
        A session's token instead.
    ask, ask_secretly
        How the missing is asked for.

    Returns
    -------
    Workbench

    Raises
    ------
    SignInError
        If user name, password or code is wrong.
    ServiceError
        If the service cannot be reached.
    SettingsError
        If a ``WORKBENCH_*`` setting is unknown.
    """
    settings = load_settings()
    if warning := keys_warning(settings):
        print(warning, file=sys.stderr)  # noqa: T201 - whoever types here has to know it
    connection = Connection(url or settings.service_url)
    if token is None and username is None and settings.token:
        token = settings.token.get_secret_value()
    if token is None:
        token = _signed_in(connection, (username, password, code), ask, ask_secretly)
    connection.use_token(token)
    return Workbench(connection)


def _signed_in(
    connection: Connection,
    given: tuple[str | None, str | None, str | None],
    ask: Ask,
    ask_secretly: Ask,
) -> str:
    username, password, code = given
    banner = connection.get("/v1/sign-in").json()["banner"]
    print("\n".join(banner))  # noqa: T201 - it must be seen before anything is typed
    body = {
        "username": ask("User name: ") if username is None else username,
        "password": ask_secretly("Password: ") if password is None else password,
        "code": ask_secretly("Code: ") if code is None else code,
        "banner_acknowledged": True,
    }
    return str(connection.post("/v1/sign-in", body).json()["token"])
