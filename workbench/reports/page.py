"""An executed notebook as one HTML page that asks for nothing from anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert import HTMLExporter

from workbench.domain.harmless_text import escaped

_STYLE = """
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; color: #1c1f23; max-width: 84rem;
  margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.25; }
h2 { margin-top: 2.2rem; border-bottom: 1px solid #c8ccd1; padding-bottom: .2rem; }
.notice { border: 2px solid #8a1c1c; padding: .5rem .8rem; }
table { border-collapse: collapse; margin: .8rem 0; font-size: 13px; }
th, td { border: 1px solid #c8ccd1; padding: .25rem .5rem; text-align: left;
  vertical-align: top; overflow-wrap: break-word; max-width: 30rem; }
thead th { background: #eef0f2; }
img { max-width: 100%; height: auto; }
pre { white-space: pre-wrap; }
.anchor-link { display: none; }
@media print { body { margin: 0; max-width: none; } thead { display: table-header-group; }
  tr { break-inside: avoid; } }
"""

# No script runs and nothing is fetched, whatever somebody wrote as a reason for a search.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'"


def html_page(notebook: Path, *, title: str, notice: str) -> str:
    """Return an executed notebook without its code, as self-contained HTML.

    Parameters
    ----------
    notebook
        Executed; its figures are PNG.
    title
        Of the page.
    notice
        Shown on top, such as what must not be done with it.

    Returns
    -------
    str
    """
    export: Any = HTMLExporter  # untyped
    exporter = export(template_name="basic", exclude_input=True, exclude_output_prompt=True)
    body, _resources = exporter.from_filename(str(notebook))
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escaped(_POLICY)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escaped(title)}</title><style>{_STYLE}</style></head>",
            f'<body><p class="notice">{escaped(notice)}</p><main>',
            body,
            "</main></body></html>",
            "",
        )
    )
