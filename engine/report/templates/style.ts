/** Of the report's page: light and dark by the reader's setting, narrow and wide screens, paper. */
export const style = `
:root { color-scheme: light dark; --paper: #ffffff; --panel: #f4f5f7; --ink: #1d2129; --faint: #565e6b;
  --rule: #d5d9e0; --good: #00694d; --bad: #b3261e; --unsure: #8a5a00; --accent: #005a9c; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181d; --panel: #1e232a; --ink: #e7eaee; --faint: #a4adba;
  --rule: #39414c; --good: #58c9a3; --bad: #ff8f85; --unsure: #f2b84b; --accent: #6db8f2; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; overflow-wrap: anywhere; }
p { margin: .25rem 0; overflow-wrap: anywhere; }
.sub, .note { color: var(--faint); }
.state { display: inline-block; padding: 0 .6rem; border: 1.5px solid; border-radius: 1rem; font-weight: 600; }
.good { color: var(--good); } .bad { color: var(--bad); } .unsure { color: var(--unsure); }
dl.short { display: grid; grid-template-columns: max-content 1fr; gap: .6rem 1.25rem; margin: 1.25rem 0 0;
  padding: 1.1rem 1.25rem; background: var(--panel); border-radius: .5rem; }
dl.short dt { font-weight: 600; color: var(--faint); } dl.short dd { margin: 0; min-width: 0; }
dl.short dd.answer { font-size: 1.1rem; }
nav { margin-top: 1rem; } nav a { display: inline-block; margin-right: .8rem; padding: .15rem 0; } a { color: var(--accent); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; min-width: 60%; }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--rule);
  overflow-wrap: break-word; min-width: 3.5rem; max-width: 28rem; }
td:first-child { min-width: 6.5rem; } td:last-child:not(:first-child, .n) { min-width: 13rem; }
th { color: var(--faint); font-weight: 600; white-space: nowrap; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td:first-child { font-weight: 500; }
.bars { display: block; width: 6.25rem; height: 1.375rem; border-bottom: 1px solid var(--faint); } .bars path { fill: var(--accent); }
figure { margin: 1rem 0 2rem; } figcaption { color: var(--faint); font-size: .9rem; margin-top: .4rem; }
figure.own { grid-column: 1 / -1; } figure img { max-width: 100%; height: auto; border-radius: .4rem; display: block; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 2rem; align-items: start; }
.notice { border-left: 4px solid; padding: .1rem 0 .1rem .8rem; margin: .8rem 0; }
.notice p { color: var(--ink); white-space: pre-line; } .notice .where { color: var(--faint); font-size: .9rem; }
code { font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; font-size: .88em; overflow-wrap: anywhere; }
@media (max-width: 40rem) { main { padding: 1rem .9rem 3rem; } h1 { font-size: 1.4rem; }
  dl.short { grid-template-columns: 1fr; gap: .1rem; padding: .9rem; } dl.short dd { margin-bottom: .6rem; } table { min-width: 100%; }
  figure.broad img { max-width: none; width: 40rem; } .bars { width: 4.5rem; } }
@media print { :root { --paper: #ffffff; --panel: #f4f5f7; --ink: #000000; --faint: #444444; --rule: #cccccc;
  --good: #00694d; --bad: #b3261e; --unsure: #8a5a00; --accent: #000000; }
  body { font-size: 10pt; } main { max-width: none; padding: 0; } nav { display: none; }
  h2 { break-after: avoid; } h3 { break-after: avoid; } figure, tr, .notice, dl.short, .wide.few { break-inside: avoid; }
  .wide { overflow: visible; } table { font-size: 8pt; min-width: 100%; } th, td { max-width: none; min-width: 0; padding-right: .5rem; overflow-wrap: anywhere; }
  td:first-child { min-width: 3.2cm; } td:last-child:not(:first-child, .n) { min-width: 4cm; }
  .pair { grid-template-columns: 1fr 1fr; gap: 0 .8cm; } figure.own { grid-column: 1 / -1; } figure { margin: .3cm 0 .5cm; }
  .bars { width: 2cm; height: .4cm; }
  figure img, figure.broad img { width: auto; max-width: 100%; max-height: 17cm; } .files { display: none; } }
`;
