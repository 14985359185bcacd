"""Colours and shapes of the pages, in one place."""

from __future__ import annotations

from typing import Any

BRAND = "#17385c"
LINK = "#1a5ea8"

THEME: dict[str, Any] = {
    "palette": {
        "primary": {"main": LINK, "dark": "#154d8a", "contrastText": "#ffffff"},
        "error": {"main": "#a3211b"},
        "text": {"primary": "#17202b", "secondary": "#55616f"},
        "background": {"default": "#f4f6f9", "paper": "#ffffff"},
        "divider": "#d5dae1",
    },
    "typography": {"fontFamily": "Roboto, 'Segoe UI', Arial, sans-serif", "fontSize": 13},
    "shape": {"borderRadius": 6},
}
"""For `panel_material_ui`."""

CSS = """
:host { font: 14px/1.45 Roboto, "Segoe UI", Arial, sans-serif; color: #17202b; }
* { box-sizing: border-box; }
h2 { font-size: 15px; font-weight: 600; margin: 0 0 2px; }
h3 { font-size: 12px; font-weight: 600; margin: 14px 0 4px; color: #55616f;
     text-transform: uppercase; letter-spacing: .05em; }
p { margin: 0 0 6px; }
a { color: #1a5ea8; }
.soft { color: #55616f; }
.small { font-size: 12.5px; }
.plate { display: inline-block; font: 600 15px/1.2 "Roboto Mono", "DejaVu Sans Mono", monospace;
         letter-spacing: .06em; padding: 2px 7px; border: 1.5px solid #2f3b4a; border-radius: 4px;
         background: #fbfbf7; white-space: nowrap; }
.plate.big { font-size: 24px; padding: 4px 12px; }
.chip { display: inline-block; font-size: 11.5px; line-height: 1.3; padding: 2px 7px;
        border-radius: 10px; background: #e8ecf2; color: #36424f; margin: 0 4px 3px 0;
        white-space: nowrap; }
.chip.warn { background: #fdefd2; color: #6d4606; }
.chip.good { background: #def2e3; color: #1a5a2d; }
.chip.wait { background: #fdefd2; color: #6d4606; }
.box { border: 1px solid #d5dae1; border-left-width: 4px; border-radius: 6px; padding: 9px 12px;
       background: #fff; overflow-wrap: anywhere; }
.box p:last-child { margin: 0; }
.box.error { border-left-color: #a3211b; background: #fdf4f3; }
.box.warn { border-left-color: #c98a1b; background: #fdf8ec; }
.box.info { border-left-color: #1a5ea8; background: #f2f7fc; }
.box.good { border-left-color: #2c7d43; background: #f1f9f3; }
dl { display: grid; grid-template-columns: minmax(84px, max-content) 1fr; gap: 3px 12px;
     margin: 0; }
dt { color: #55616f; } dd { margin: 0; overflow-wrap: anywhere; }
img { display: block; max-width: 100%; border-radius: 6px; border: 1px solid #d5dae1; }
ul.plain { list-style: none; margin: 0; padding: 0; }
.meter { display: inline-block; width: 64px; height: 6px; border-radius: 3px; background: #e3e7ed;
         vertical-align: middle; overflow: hidden; }
.meter i { display: block; height: 100%; background: #1a5ea8; }
.candidates { display: grid; grid-template-columns: max-content 1fr; gap: 5px 12px;
              align-items: center; }
.characters { display: flex; gap: 3px; flex-wrap: wrap; }
.character { display: flex; flex-direction: column; align-items: center; min-width: 26px;
             padding: 3px 2px; border: 1px solid #d5dae1; border-radius: 4px;
             background: rgb(253 186 90 / calc(var(--doubt) * 1.6)); }
.character i { font-style: normal; font-size: 11px; color: #55616f; }
.chip.bad { background: #a3211b; color: #fff; }
.gap { margin-bottom: 8px; }
h2.title { font-size: 19px; }
table.beside { border-collapse: collapse; width: 100%; }
table.beside th { text-align: left; font-weight: 500; color: #55616f; padding: 4px 10px 4px 0; }
table.beside td { padding: 4px 10px 4px 0; overflow-wrap: anywhere; }
table.beside tbody tr + tr { border-top: 1px solid #edf0f4; }
ul.notes { margin: 6px 0 0; padding-left: 18px; color: #6d4606; }
ol.events { margin: 0; padding-left: 20px; } ol.events li { margin-bottom: 7px; }
.pair { display: flex; gap: 10px; flex-wrap: wrap; } .pair figure { margin: 0; flex: 1 1 200px; }
.pair img { max-height: 230px; }
.number { font-variant-numeric: tabular-nums; }
"""
"""For everything of ours that is HTML; each part lives in a shadow root of its own."""
