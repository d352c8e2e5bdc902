"""How the supplier's page looks: on a screen of any width, and on paper. It loads nothing from anywhere."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

STYLE = """
:root { color-scheme: light; --ink: #0b0c0c; --quiet: #484f54; --line: #b1b4b6; --paper: #f3f4f5; --blue: #1d4f8c;
  --red: #a8201a; --amber: #7a4a00; --green: #00603b; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff; font: 1rem/1.5 system-ui, "Segoe UI", Arial, sans-serif; }
header, main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 3px solid var(--blue); }
h3 { font-size: 1.1rem; line-height: 1.35; margin: 0 0 .25rem; }
h4 { font-size: 1rem; margin: 1rem 0 .25rem; }
p { margin: .25rem 0 .75rem; max-width: 46rem; }
a { color: var(--blue); }
a:focus-visible, [tabindex]:focus-visible { outline: 3px solid #ffbf47; outline-offset: 2px; }
code { font: .9em/1.5 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; unicode-bidi: isolate; }
.quiet { color: var(--quiet); }
.short { border-left: 6px solid var(--green); background: var(--paper); padding: .75rem 1rem; margin: 1rem 0; }
.short.quarantined, .short.held, .short.failed, .short.refused, .short.withdrawn { border-color: var(--red); }
.short.mixed { border-color: var(--amber); }
.short p:last-child { margin-bottom: 0; }
dl { margin: .5rem 0; display: grid; grid-template-columns: minmax(8rem, 12rem) 1fr; }
dt, dd { padding: .3rem 0; border-bottom: 1px solid #dfe1e3; }
dt { font-weight: 600; padding-right: 1rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--quiet); padding: 0 0 .5rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
thead th { border-bottom: 2px solid var(--ink); }
tbody th { font-weight: 400; }
tfoot th, tfoot td { font-weight: 700; border-bottom: 0; }
.count { text-align: right; font-variant-numeric: tabular-nums; padding-left: .5rem; padding-right: 0; }
.zero { color: var(--quiet); }
article { border: 1px solid var(--line); border-left: 6px solid var(--red); padding: .75rem 1rem 1rem; margin: 1rem 0; }
article.flag { border-left-color: var(--amber); }
article.note { border-left-color: var(--blue); }
.facts { margin: 0 0 .25rem; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; }
.facts b { font-weight: 600; }
.spots { margin: .25rem 0 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .3rem; }
.spots li { background: var(--paper); padding: 0 .5rem; }
.spots .rest { background: none; color: var(--quiet); }
.texts { table-layout: fixed; }
.texts th:first-child { width: 30%; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: .85rem/1.45 ui-monospace, "DejaVu Sans Mono", Consolas, monospace;
  unicode-bidi: isolate; }
.personal { border: 2px solid var(--red); color: var(--red); font-weight: 600; padding: .5rem 1rem; }
footer { color: var(--quiet); padding-top: 2rem; padding-bottom: 2rem; }
@media (max-width: 40rem) {
  h1 { font-size: 1.5rem; }
  dl { display: block; }
  dt { border: 0; padding-bottom: 0; }
  dd { padding-top: 0; }
  .books { font-size: .8rem; }
  .books th, .books td { padding-right: 0; }
  article { padding: .5rem .75rem .75rem; }
}
@media print {
  body { font-size: 10pt; }
  header, main, footer { max-width: none; padding: 0; }
  h2, h3, h4 { break-after: avoid; }
  article.brief, tr { break-inside: avoid; }
  thead { display: table-header-group; }
  .wide { overflow: visible; }
  a { color: inherit; text-decoration: none; }
}
"""

POLICY = f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'"
"""What a browser may do with the page: show this style, run nothing and fetch nothing, whatever a name in it says."""
