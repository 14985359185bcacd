"""The two papers of a package: how to read and verify it, and a certificate to be signed."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from workbench.retention.evidence.page import PageFile, facts, heading, paragraph, table, text
from workbench.retention.evidence.payload import Making, Reads
from workbench.retention.evidence.surroundings import software

CERTIFICATE = "certificate.html"
README = "README.txt"
PUBLIC_KEY = "signing-key.pub.pem"
SIGNATURE = "signature.json"

_BLANK = '<span class="blank">&nbsp;</span>'


def key_fingerprint(making: Making) -> str:
    """Return the SHA-256 of the raw public key in hexadecimal, to be compared by voice."""
    return hashlib.sha256(making.key.public_key().public_bytes_raw()).hexdigest()


def public_pem(making: Making) -> bytes:
    """Return the public key as PEM."""
    return making.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def readme(making: Making) -> str:
    """Return the plain text that tells how to read and verify the package."""
    band = [making.frame.held_by, ""]
    lines = [
        *band,
        making.frame.title,
        making.frame.department,
        "",
        _README,
        f"Fingerprint of the signing key (SHA-256): {key_fingerprint(making)}",
        "",
        *band,
    ]
    return "\n".join(lines)


_README = """\
Open index.html in any browser. Nothing has to be installed, and the pages fetch nothing from
anywhere.

The folder is a bag after BagIt (RFC 8493): data/ holds the content, manifest-sha256.txt and
manifest-sha512.txt the hashes of every file in it, and tagmanifest-*.txt those of the files
around it. signature.json is the department's Ed25519 signature over both tagmanifest files.

To verify the hashes alone, with the Library of Congress's own program:
    bagit.py --validate FOLDER

To verify the hashes, the signature, the excerpt of the audit log and the pages, without any
database:
    workbench evidence verify FOLDER --public-key FILE
FILE is the department's public key, which it gives out on its own way. Without it, compare the
fingerprint below with the department's: a signature that is checked with the key beside it alone
shows that nothing was changed by accident, and not by whom it was made.

data/accesses.jsonl has the records of the audit log that concern the reads, each as the text that
its hash was taken over. data/checkpoint.json is the signed head of the whole log at the time. That
a record stands in the log at its place can be shown at the department, whose full log has to lead
to the signed head; the excerpt leaves out what concerns others.

In CSV files a cell that a spreadsheet would run as a formula has an apostrophe in front. The
GeoParquet file has the values as they are. Pictures are as they came, byte by byte; their names
are their SHA-256.
"""


def write_certificate(making: Making, reads: Reads, tables: dict[str, int]) -> None:
    """Write a draft of the certificate under Federal Rules of Evidence 902(13) and 902(14).

    The rules ask for a certification by a qualified person that meets 902(11) or (12), and for
    notice to the other side. What only a person can say is left blank.
    """
    with PageFile(making.folder / CERTIFICATE, making.frame, _TITLE) as page:
        page.write(paragraph(_DRAFT, "warn"))
        page.write(f"<p>I, {_BLANK}, declare:</p>")
        page.write(
            f"<p>1. I am employed by {text(making.frame.department)} as {_BLANK}. My training and "
            f"experience with this system are: {_BLANK}</p>"
        )
        page.write(heading("A system that produces an accurate result, Rule 902(13)"))
        page.write(paragraph(f"2. {_SYSTEM}"), paragraph(f"3. {_LIMITS}"))
        page.write(heading("Data copied from an electronic device or file, Rule 902(14)"))
        page.write(paragraph(f"4. {_COPIED}"))
        page.write(
            facts(
                [
                    ("Reads", len(reads.keys)),
                    ("Pictures", reads.pictures),
                    ("Record of the copying in the audit log", making.record.seq),
                    ("Begun", making.frame.time(making.begun_at)),
                    ("Booked into evidence as", making.booking),
                    ("Signing key (SHA-256)", key_fingerprint(making)),
                ]
            )
        )
        page.write(table(("File", "Rows"), list(tables.items())))
        page.write(table(("Software", "Version"), list(software().items())))
        page.write(
            "<p>5. I verified the package on "
            f"{_BLANK} with {_BLANK}, and the result was: {_BLANK}</p>",
            "<p>I declare under penalty of perjury that the foregoing is true and correct.</p>",
            *(
                f"<p>{what}: {_BLANK}</p>"
                for what in ("Place and date", "Signature", "Name, title")
            ),
        )


_TITLE = "Certificate, draft"
_DRAFT = (
    "Draft. It becomes a certificate when a qualified person has checked every statement, filled "
    "in the blanks and signed. Whether it is enough, and when notice is due, is for an attorney "
    "to say (Federal Rules of Evidence 902(11), 902(13), 902(14))."
)
_SYSTEM = (
    "The reads in this package were taken in by the department's plate reader system from the "
    "deliveries listed in deliveries.csv. The system keeps each read as the source gave it, with "
    "its time, camera, position and pictures, and lets nobody change it; every look at reads is "
    "recorded in an append-only log, each record hashed over the one before."
)
_LIMITS = (
    "The text of a plate is the result of automatic recognition, which errs. What was measured of "
    "its errors is in error_rates.csv, where anything was measured; inspections of the cameras on "
    "record are in inspections.csv, whose note says which of them came after their quarter. The "
    "pictures are the primary record."
)
_COPIED = (
    "This package is a copy of the reads, pictures and records named below, made by the system "
    "itself. Each file was hashed with SHA-256 and SHA-512 when it was written; the hashes are in "
    "the manifests, and the manifests are signed. The copy can be compared with them at any time."
)
