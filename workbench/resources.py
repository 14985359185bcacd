"""Where the folders that travel with the package lie; nothing is read here."""

from __future__ import annotations

from pathlib import Path

from workbench.errors import ConfigurationError

_PACKAGE = Path(__file__).parent


def resource_root() -> Path:
    """Return the folder that holds ``apps``, ``notebooks`` and ``data_schema``.

    In an installed wheel they are data of the package; in a checkout they lie beside it.

    Returns
    -------
    pathlib.Path
        ``workbench/_bundled`` of a wheel, else the top of the checkout.

    Raises
    ------
    ConfigurationError
        If neither is there.

    Examples
    --------
    >>> (resource_root() / "data_schema").is_dir()
    True
    """
    for root in (_PACKAGE / "_bundled", _PACKAGE.parent):
        if (root / "data_schema").is_dir():
            return root
    raise ConfigurationError(
        "The package's own folders are missing",
        given=str(_PACKAGE),
        allowed="workbench/_bundled in a wheel, data_schema beside workbench in a checkout",
        next_step="install the wheel again",
    )
