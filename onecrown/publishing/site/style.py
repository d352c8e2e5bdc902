"""How the site looks: light and dark, wide and narrow, on a screen and on paper. It loads nothing from anywhere."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

LIGHT = {
    "ink": "#0b0c0c",
    "quiet": "#484f54",
    "line": "#b1b4b6",
    "back": "#ffffff",
    "paper": "#f3f4f5",
    "link": "#1a5a99",
    "focus": "#ffdd00",
    "on-focus": "#0b0c0c",
    "good": "#005a30",
    "bad": "#942514",
    "s1": "#12436d",
    "s2": "#1f8a82",
    "s3": "#801650",
    "s4": "#d4501a",
}
"""Colours where the reader's system is light. `s1` to `s4` are those of series; they stay apart for the colour-blind."""

DARK = {
    "ink": "#f3f4f5",
    "quiet": "#bfc4c8",
    "line": "#50575c",
    "back": "#14171a",
    "paper": "#1f2428",
    "link": "#8ec5f4",
    "focus": "#ffdd00",
    "on-focus": "#0b0c0c",
    "good": "#7bd3a1",
    "bad": "#ff9e8a",
    "s1": "#5aa2e0",
    "s2": "#5fd4c8",
    "s3": "#d77fb0",
    "s4": "#ff9a5c",
}
"""The same where it is dark."""


def _colours(said: dict[str, str]) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in said.items())


STYLE = (
    f"""
:root {{ color-scheme: light dark; {_colours(LIGHT)} }}
@media (prefers-color-scheme: dark) {{ :root {{ {_colours(DARK)} }} }}
"""
    + """
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; color: var(--ink); background: var(--back); font: 1.0625rem/1.5 system-ui, "Segoe UI", Arial, sans-serif; overflow-wrap: break-word; }
.width { max-width: 66rem; margin: 0 auto; padding: 0 1rem; }
.skip { position: absolute; left: -100vw; padding: .5rem 1rem; }
.skip:focus { left: 0; top: 0; z-index: 1; }
.top { background: var(--paper); border-bottom: 1px solid var(--line); }
.top .width { padding-top: .75rem; padding-bottom: .5rem; }
.top a { text-decoration: none; }
.name { font-weight: 700; font-size: 1.125rem; margin: 0; }
nav ul { list-style: none; margin: 0; padding: 0; max-width: none; display: flex; flex-wrap: wrap; gap: 0 1.1rem; }
nav a { display: inline-block; padding: .4rem 0; }
nav a:hover { text-decoration: underline; }
nav a[aria-current] { color: var(--ink); font-weight: 700; border-bottom: 4px solid var(--link); }
.band { border: 0; border-bottom: 1px solid var(--line); margin: 0 0 1.5rem; padding: .6rem 0; font-size: 1rem; }
.tag { display: inline-block; font-weight: 700; border: 2px solid currentColor; padding: 0 .5rem; margin-right: .5rem; }
.tag.good { color: var(--good); }
.tag.bad { color: var(--bad); }
h1 { font-size: 2rem; line-height: 1.15; margin: 0 0 1rem; }
h2 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
h3 { font-size: 1.1875rem; line-height: 1.3; margin: 1.5rem 0 .25rem; }
section { margin: 0 0 2.5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
section section { border: 0; padding-top: 0; margin-bottom: 1.5rem; }
p, ul, ol, dl { max-width: 44rem; margin: 0 0 1rem; }
.lead { font-size: 1.1875rem; }
.quiet, figcaption { color: var(--quiet); font-size: .9375rem; }
a { color: var(--link); text-underline-offset: .15em; }
a:hover { text-decoration-thickness: .15em; }
a:focus-visible, summary:focus-visible { outline: 3px solid transparent; background: var(--focus); color: var(--on-focus); box-shadow: 0 4px var(--on-focus); text-decoration: none; }
[tabindex]:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
code { font: .9em/1.4 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem; list-style: none; padding: 0; margin: 0 0 2rem; max-width: none; }
.figures li { background: var(--paper); border-left: 5px solid var(--s1); padding: .75rem 1rem; }
.figures b { font-size: 2rem; line-height: 1.2; }
.figures a, .figures span { display: block; }
figure { margin: 0; }
figcaption { margin: .25rem 0 1rem; max-width: 44rem; }
svg.chart { display: block; width: 100%; height: auto; }
svg.wide { display: none; max-width: 44rem; }
svg.narrow { max-width: 30rem; }
.say { font: 13px system-ui, "Segoe UI", Arial, sans-serif; fill: var(--ink); }
.tick { fill: var(--quiet); }
.wide .tick { font-size: 12px; }
.grid { stroke: var(--line); stroke-width: 1; opacity: .6; }
.floor { stroke: var(--quiet); stroke-width: 1; }
.line { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
.thin { stroke-width: 1; stroke-dasharray: 2 3; }
.line.s1 { stroke: var(--s1); } .line.s2 { stroke: var(--s2); } .line.s3 { stroke: var(--s3); } .line.s4 { stroke: var(--s4); }
.fill { stroke: var(--back); stroke-width: 1; }
.fill.s1 { fill: var(--s1); } .fill.s2 { fill: var(--s2); } .fill.s3 { fill: var(--s3); } .fill.s4 { fill: var(--s4); }
.scroll { overflow: auto; margin: 0 0 1rem; container-type: inline-size; }
.beside .scroll, .under .scroll { max-height: 22rem; border-bottom: 1px solid var(--line); }
table { border-collapse: collapse; width: 100%; font-size: 1rem; }
caption { text-align: left; font-weight: 700; padding: 0 0 .5rem; }
caption span { display: inline-block; position: sticky; left: 0; max-width: 100cqi; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
tbody th { font-weight: 400; }
thead th { background: var(--back); position: sticky; top: 0; box-shadow: inset 0 -2px var(--ink); vertical-align: bottom; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; padding-left: .5rem; padding-right: .25rem; }
thead .number { white-space: normal; min-width: 4.75rem; }
tbody th { min-width: 7.5rem; }
.prose { min-width: 17rem; }
.number + :not(.number) { padding-left: 1rem; }
.beside table { font-size: .9375rem; }
dl { display: grid; grid-template-columns: minmax(8rem, 12rem) minmax(0, 1fr); }
dt, dd { padding: .3rem 0; border-bottom: 1px solid var(--line); margin: 0; }
dt { font-weight: 700; padding-right: 1rem; }
.short { list-style: none; padding: 0; columns: 14rem; max-width: none; }
.foot { border-top: 1px solid var(--line); background: var(--paper); padding: 1.5rem 0; margin-top: 3rem; }
.foot p:last-child { margin: 0; }
@media (min-width: 40em) {
  svg.wide { display: block; }
  svg.narrow { display: none; }
}
@media (min-width: 62em) {
  .beside { display: grid; grid-template-columns: minmax(0, 1.4fr) minmax(0, 1fr); gap: 1.5rem; align-items: start; }
}
@media (max-width: 30em) {
  body { font-size: 1rem; }
  h1 { font-size: 1.625rem; }
  dl { display: block; }
  dt { border: 0; padding-bottom: 0; }
}
@media print {
  :root { """
    + _colours(LIGHT)
    + """ }
  body { font-size: 10pt; }
  .width { max-width: none; padding: 0; }
  nav, .skip { display: none; }
  .top, .foot { background: none; }
  .beside { display: block; }
  .beside .scroll, .under .scroll { max-height: none; border: 0; }
  .scroll { overflow: visible; }
  svg.wide { display: block; }
  svg.narrow { display: none; }
  thead { display: table-header-group; }
  thead th { position: static; }
  h2, h3 { break-after: avoid; }
  figure, tr { break-inside: avoid; }
}
@media (forced-colors: active) {
  .fill, .line { forced-color-adjust: none; }
}
"""
)

_DIGEST = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{_DIGEST}'"
"""What a browser may do with a page: show this style. It may run nothing and fetch nothing."""
