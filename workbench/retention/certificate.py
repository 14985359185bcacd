"""The certificate of destruction: what went, by which rules, on whose authority; no plates."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from workbench.audit.canonical import json_text
from workbench.audit.keys import key_id
from workbench.domain.harmless_text import escaped
from workbench.errors import RetentionError

CERTIFICATE_VERSION = 1
FOLDER = "certificates"

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:.8rem 0}th,td{border:1px solid #c8ccd1;"
    "padding:.25rem .5rem;text-align:left;overflow-wrap:anywhere}td.n{text-align:right}"
)
_ABOUT = (
    ("Department", "organisation"),
    ("Purge", "purge"),
    ("Counted from", "counted_from"),
    ("Ended", "ended_at"),
    ("By", "by"),
    ("Policy", "policy_version"),
    ("Audit record", "access_id"),
    ("Signing key", "key_id"),
)


def signed_certificate(stated: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    """Return a certificate as JSON; see ``data_schema/retention/certificate.v1.schema.json``.

    Parameters
    ----------
    stated
        Every member but version, key and signature.
    key
        The department's signing key.
    """
    whole = {
        "schema_version": CERTIFICATE_VERSION,
        **stated,
        "key_id": key_id(key.public_key()),
    }
    signature = base64.b64encode(key.sign(json_text(whole).encode())).decode()
    return json.dumps(whole | {"signature": signature}, indent=2) + "\n"


def check_certificate(content: str, keys: Iterable[Ed25519PublicKey]) -> dict[str, Any]:
    """Return what a certificate says, its signature checked.

    Raises
    ------
    RetentionError
        If it cannot be read, was changed, or none of the keys signed it.
    """
    try:
        said = json.loads(content)
        signature = base64.b64decode(said["signature"], validate=True)
        stated = {name: value for name, value in said.items() if name != "signature"}
        known = {key_id(key): key for key in keys}
        known[stated["key_id"]].verify(signature, json_text(stated).encode())
    except (ValueError, KeyError, TypeError, InvalidSignature, binascii.Error) as error:
        raise RetentionError(
            "This is no certificate of ours, or it was changed",
            given=type(error).__name__,
            next_step="the audit log names the hash of each certificate (retention:certify)",
        ) from error
    return dict(said)


def write_certificate(home: Path, number: int, content: str) -> Path:
    """Write a certificate and its page, unless they are there; return the JSON file."""
    folder = home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"destruction-{number:06d}.json"
    for path, text in ((file, content), (file.with_suffix(".html"), page(json.loads(content)))):
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        beside = path.with_name(f"{path.name}.new")
        beside.write_text(text, encoding="utf-8")
        beside.chmod(0o600)
        beside.replace(path)
    return file


def page(said: Mapping[str, Any]) -> str:
    """Return a certificate as a page that any browser shows and that fetches nothing."""
    about = "".join(_row(label, said[name]) for label, name in _ABOUT)
    authority = said["authority"]
    rests = (
        f"<p>Resolution {escaped(authority['resolution'])} of "
        f"{escaped(authority['resolution_date'])}; written consent of "
        f"{escaped(authority['attorney'])} on {escaped(authority['consented_on'])}.</p>"
        if authority
        else "<p>The policy asks for no resolution.</p>"
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Certificate of destruction'
        f"</title><style>{_STYLE}</style><h1>Certificate of destruction</h1>"
        f"<table>{about}</table><h2>Authority</h2>{rests}<h2>Destroyed</h2>"
        f"{_table(('kind', 'rule', 'section', 'month', 'cutoff', 'gone', 'way'), said['rows'])}"
        f"<h2>Files</h2>{_table(('store', 'files', 'sha256'), said['files'])}"
        f"<h2>Kept under hold</h2><p>{int(said['held_reads'])} reads under "
        f"{int(said['standing_holds'])} standing holds.</p>"
        f"<p>Signature (Ed25519, base64): {escaped(said['signature'])}</p></html>\n"
    )


def _row(label: str, value: object) -> str:
    return f"<tr><th>{escaped(label)}</th><td>{escaped(value)}</td></tr>"


def _table(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    head = "".join(f"<th>{escaped(name)}</th>" for name in names)
    cells = ("".join(_cell(row[name]) for name in names) for row in rows)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{each}</tr>' for each in cells)}</table>"


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f'<td class="n">{value:,}</td>'
    return f"<td>{escaped('' if value is None else str(value))}</td>"
