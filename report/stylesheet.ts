/** The whole style of a report: light and dark by the reader's preference, black on white in print. */
export const STYLESHEET = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1c1f23; --quiet: #565d66; --rule: #d9dce1; --strong-rule: #1c1f23;
  --series: #1f5fa8; --second: #a3540b; --alert: #b02a1a; --late: #e0a100; --shade: #e3ecf7; --shade-out: #ecebe6; --interval: #d3e0f0; --band: #f4f5f7; --warn: #fff4d6; --warn-rule: #c99700; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181c; --ink: #e4e7eb; --quiet: #a3abb5; --rule: #343a42; --strong-rule: #a3abb5;
  --series: #7fb2ee; --second: #eba363; --alert: #ff8c7a; --late: #c99700; --shade: #22344a; --shade-out: #33322c; --interval: #2b4463; --band: #1d2126; --warn: #352b0c; --warn-rule: #c99700; } }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --quiet: #444; --rule: #ccc; --strong-rule: #000;
  --series: #1f5fa8; --second: #a3540b; --alert: #b02a1a; --late: #e0a100; --shade: #e3ecf7; --shade-out: #ecebe6; --interval: #d3e0f0; --band: #fff; --warn: #fff; --warn-rule: #000; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 40px 28px 64px; }
h1 { font-size: 26px; line-height: 1.25; font-weight: 600; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 18px; line-height: 1.3; font-weight: 600; margin: 44px 0 10px; }
h3 { font-size: 15px; font-weight: 600; margin: 24px 0 6px; }
p, dl { margin: 0 0 12px; max-width: 76ch; overflow-wrap: anywhere; }
.byline { color: var(--quiet); }
.abstract { font-size: 16px; }
.banner { background: var(--warn); border-left: 3px solid var(--warn-rule); padding: 10px 14px; margin: 18px 0; max-width: none; }
.banner ul { margin: 6px 0 0; padding-left: 20px; overflow-wrap: anywhere; }
.note, .legend, .caption { color: var(--quiet); font-size: 13.5px; }
.scroll { overflow-x: auto; margin: 0 0 10px; }
.scroll:focus-visible { outline: 2px solid var(--series); outline-offset: 2px; }
table { border-collapse: collapse; border-top: 1.5px solid var(--strong-rule); border-bottom: 1.5px solid var(--strong-rule);
  font-size: 13.5px; line-height: 1.4; font-variant-numeric: tabular-nums lining-nums; }
th { text-align: left; vertical-align: bottom; font-weight: 600; padding: 6px 10px; border-bottom: 1px solid var(--strong-rule); }
td { vertical-align: top; padding: 5px 10px; border-bottom: 1px solid var(--rule); }
tbody tr:last-child td { border-bottom: 0; }
th:first-child, td:first-child { padding-left: 2px; }
th:last-child, td:last-child { padding-right: 2px; }
.figure { text-align: right; }
td { white-space: nowrap; }
td.prose { white-space: normal; min-width: 13em; max-width: 30em; overflow-wrap: anywhere; }
.unit { font-weight: 400; color: var(--quiet); white-space: nowrap; }
.none { color: var(--quiet); }
.failed td { color: var(--alert); }
.reason { display: block; min-width: 15em; max-width: 26em; white-space: normal; overflow-wrap: anywhere; }
.scroll.long { max-height: 30em; overflow-y: auto; border-bottom: 1px solid var(--rule); }
.long thead th { position: sticky; top: 0; background: var(--paper); box-shadow: 0 1px 0 var(--strong-rule); }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 8px 0; border-top: 1px solid var(--rule); border-bottom: 1px solid var(--rule); font-size: 13.5px; }
.chart { margin: 0 0 8px; }
.chart svg { display: block; width: 100%; max-width: 1064px; height: auto; }
.chart .medium, .chart .narrow { display: none; }
@media (max-width: 1095px) { .chart .wide { display: none; } .chart .medium { display: block; } }
@media (max-width: 690px) { .chart .medium { display: none; } .chart .narrow { display: block; } }
.spark { display: block; }
.under { display: block; color: var(--quiet); font-size: 12px; }
.legend span { display: inline-block; margin: 0 18px 2px 0; white-space: nowrap; }
.legend svg { vertical-align: -2px; }
.legend { max-width: none; }
dl { display: grid; grid-template-columns: minmax(8em, 13em) 1fr; gap: 5px 18px; max-width: 92ch; }
dt { font-weight: 600; } dd { margin: 0; min-width: 0; }
code { font: 0.92em ui-monospace, "Liberation Mono", monospace; overflow-wrap: anywhere; }
a { color: var(--series); text-underline-offset: 2px; }
footer { overflow-wrap: anywhere; margin-top: 48px; padding-top: 10px; border-top: 1px solid var(--rule); color: var(--quiet); font-size: 13px; }
@media (max-width: 560px) { main { padding: 24px 16px 40px; } h1 { font-size: 22px; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 8px; }
  .legend span { white-space: normal; } }
@media print { @page { size: A4 landscape; margin: 14mm; } main { max-width: none; padding: 0; } body { font-size: 10pt; }
  table { font-size: 7pt; } th, td { padding: 2.5pt 3.2pt; } td.prose { min-width: 8em; } .reason { min-width: 9em; max-width: 18em; } .scroll { overflow: visible; }
  nav { display: none; } .scroll.long { max-height: none; } .long thead th { position: static; box-shadow: none; }
  .chart .wide { display: block; } .chart .medium, .chart .narrow { display: none; }
  thead { display: table-header-group; } tr, .chart, .banner { break-inside: avoid; } h2, h3 { break-after: avoid; } a { color: inherit; text-decoration: none; } }
`;
