"""One frozen object with everything that `WORKBENCH_*` sets; built once by each entry point."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from workbench.domain.forwarded import Network
from workbench.errors import SettingsError

PREFIX = "WORKBENCH_"
OWNER_VARIABLE = "WORKBENCH_OWNER_DATABASE_URL"
PURGER_VARIABLE = "WORKBENCH_PURGER_DATABASE_URL"
SERVICE_VARIABLE = "WORKBENCH_DATABASE_URL"


def _without_blanks(given: object) -> object:
    """Return a token without what a shell put around it; nothing but blanks is none."""
    return given.strip() or None if isinstance(given, str) else given


def _listed(given: object) -> object:
    if not isinstance(given, str):
        return given
    return tuple(part for part in map(str.strip, given.split(",")) if part)


class Settings(BaseModel):
    """The settings of this installation.

    Numbers that the department's rules name are not here but in the policy file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(
        default=Path.home() / ".local" / "share" / "alpr-workbench",
        description="Folder for the embedded database, pictures, keys and executed reports",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL of the department for the service role; empty means embedded",
    )
    owner_database_url: SecretStr | None = Field(
        default=None, description="The same database for the role that migrates"
    )
    purger_database_url: SecretStr | None = Field(
        default=None, description="The same database for the role that purges"
    )
    pictures_url: str | None = Field(
        default=None, description="fsspec address of the picture store; empty means HOME/pictures"
    )
    ledger_url: str | None = Field(
        default=None,
        description="fsspec address of a third place for the ledger of purges, holds and heads of "
        "the log, best where nobody of this machine can change what was written",
    )
    policy_file: Path | None = Field(
        default=None, description="The department's policy; empty means Policy 426 as shipped"
    )
    retention_file: str | None = Field(
        default=None,
        description="Lengths in place of the policy's [retention]: the name of a shipped file, "
        "such as maine-21-days, or a path; empty means the policy's own",
    )
    host: str = Field(default="127.0.0.1", description="Address that service and pages listen on")
    service_port: int = Field(default=8426, ge=0, le=65535, description="Port of the HTTP service")
    pages_port: int = Field(default=8427, ge=0, le=65535, description="Port of the pages")
    pages_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/]+/?$",
        description="Where people reach the pages through a proxy, such as "
        "https://alpr.example.gov; empty means HOST and PAGES_PORT",
    )
    trusted_proxies: Annotated[tuple[Network, ...], BeforeValidator(_listed)] = Field(
        default=(),
        description="Addresses or networks of the department's proxies, with commas; only their "
        "X-Forwarded-For is believed",
    )
    service_url: str = Field(
        default="http://127.0.0.1:8426", description="Where the notebook client finds the service"
    )
    token: Annotated[SecretStr | None, BeforeValidator(_without_blanks)] = Field(
        default=None, description="A session token for the notebook client, instead of signing in"
    )
    recognition_threads: int | None = Field(
        default=None,
        ge=1,
        description="Most threads that reading pictures computes with; empty means one per core",
    )

    recognition_models: Path | None = Field(
        default=None,
        description="Folder with the models of engines that come without; empty means HOME/models",
    )

    list_hosts: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        default=(),
        description="Machines and buckets that lists of wanted plates may come from, with commas",
    )
    list_networks: Annotated[tuple[Network, ...], BeforeValidator(_listed)] = Field(
        default=(),
        description="The department's own networks that such a machine may lie in, with commas; "
        "empty means public addresses alone",
    )
    list_folders: Annotated[tuple[Path, ...], BeforeValidator(_listed)] = Field(
        default=(),
        description="Folders beside HOME that lists may come from, with commas",
    )

    smtp_host: str | None = Field(
        default=None, description="Mail server that alerts are handed to; empty means no e-mail"
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="Port of the mail server")
    smtp_tls: Literal["none", "starttls", "tls"] = Field(
        default="starttls",
        description="How the way to the mail server is encrypted: starttls (usually port 587), "
        "tls (usually 465), or none, for a server on this machine alone",
    )
    smtp_user: str | None = Field(
        default=None, description="Account at the mail server; empty means without signing in"
    )
    smtp_password: SecretStr | None = Field(default=None, description="Password of that account")
    mail_from: str | None = Field(
        default=None, description="Address that alerts by e-mail come from"
    )

    @property
    def pages_address(self) -> str:
        """Where people reach the pages, without a slash at the end."""
        return (self.pages_url or f"http://{self.host}:{self.pages_port}").rstrip("/")

    @property
    def models_folder(self) -> Path:
        """Where the models of engines that come without them are looked for."""
        return self.recognition_models or self.home / "models"

    @property
    def picture_store_url(self) -> str:
        """Where pictures are kept."""
        return self.pictures_url or str(self.home / "pictures")


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of an environment.

    Parameters
    ----------
    environment
        Variables to read instead of the process's own.

    Returns
    -------
    Settings

    Raises
    ------
    SettingsError
        If a variable with our prefix is unknown or has a value that cannot be taken.

    Examples
    --------
    >>> load_settings({"WORKBENCH_SERVICE_PORT": "9000"}).service_port
    9000
    """
    given = dict(os.environ if environment is None else environment)
    ours = {name: value for name, value in given.items() if name.startswith(PREFIX) and value}
    fields = Settings.model_fields
    unknown = sorted(name for name in ours if name[len(PREFIX) :].lower() not in fields)
    if unknown:
        raise SettingsError(
            "Unknown setting",
            given=", ".join(unknown),
            allowed=", ".join(PREFIX + name.upper() for name in fields),
            next_step="correct the name or unset it",
        )
    values = {name[len(PREFIX) :].lower(): value for name, value in ours.items()}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(
            f"The setting {PREFIX}{str(first['loc'][0]).upper()} cannot be taken",
            given=first["input"],
            allowed=first["msg"],
        ) from None


def can_purge(settings: Settings) -> bool:
    """Return whether these settings know how to open the database as the role that purges."""
    return settings.database_url is None or settings.purger_database_url is not None


def refuse_other_roles(settings: Settings) -> None:
    """Refuse an environment that holds more than the service's role needs.

    Raises
    ------
    SettingsError
        If it holds the owner's or the purger's address.
    """
    given = other_roles(settings)
    if given:
        raise SettingsError(
            "What serves people must not know the addresses of the other roles",
            given=", ".join(given),
            allowed="WORKBENCH_DATABASE_URL alone",
            next_step="take them out of this process's environment: the owner's belongs to "
            "`workbench init`, the purger's to `workbench retention`",
        )


def other_roles(settings: Settings) -> tuple[str, ...]:
    """Return the names of the variables that hold the owner's or the purger's address."""
    secrets = {
        OWNER_VARIABLE: settings.owner_database_url,
        PURGER_VARIABLE: settings.purger_database_url,
    }
    return tuple(name for name, secret in secrets.items() if secret is not None)


def keys_warning(settings: Settings) -> str | None:
    """Return what to be told where this program can read the workbench's keys, else ``None``.

    Whoever runs code under such an account, a notebook for one, can open the embedded database
    past the door and its log, and sign what the workbench signs.
    """
    folder = settings.home / "keys"
    try:
        readable = any(os.access(file, os.R_OK) for file in folder.iterdir() if _is_secret(file))
    except OSError:
        return None  # not there, or closed to us: as it should be for a notebook
    if not readable:
        return None
    return (
        f"Programs under this account can read the workbench's keys ({folder}): code that runs "
        "here, such as a notebook, can open the database past the log and sign in its name. "
        "That is for trying out; for real work run JupyterLab under another account "
        "(docs/operations.md, Notebooks)"
    )


def _is_secret(file: Path) -> bool:
    return file.is_file() and not file.name.endswith(".pub.pem")
