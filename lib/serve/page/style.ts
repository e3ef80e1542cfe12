/**
 * The looks of a dashboard, light and dark, narrow and wide.
 *
 * @module
 */

/** The style sheet. */
export const STYLE: string = `
:root {
  color-scheme: light dark;
  --bg: light-dark(#f3f5f8, #0d1117);
  --panel: light-dark(#ffffff, #151b23);
  --sunk: light-dark(#f7f9fb, #10161d);
  --line: light-dark(#e1e6ec, #262e38);
  --text: light-dark(#17202b, #e4eaf1);
  --soft: light-dark(#5c6b7d, #8e9bab);
  --sea: light-dark(#0b6bcb, #58a6ff);
  --fill: light-dark(#0b6bcb22, #58a6ff26);
  --ok: light-dark(#18884d, #41b86c);
  --warn: light-dark(#a86200, #dba440);
  --bad: light-dark(#c4352b, #f2756b);
  --mono: ui-monospace, "Cascadia Mono", "SF Mono", Menlo, "DejaVu Sans Mono", monospace;
}
* { box-sizing: border-box; scrollbar-width: thin; scrollbar-color: var(--line) transparent; }
html { background: var(--bg); }
body {
  margin: 0; color: var(--text); font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
h1, h2, h3 { margin: 0; font-size: 15px; font-weight: 650; letter-spacing: -0.01em; }
h1 { font-size: 18px; }
button, select, input { font: inherit; color: inherit; }
:focus-visible { outline: 2px solid var(--sea); outline-offset: 1px; }
header {
  display: flex; align-items: center; gap: 10px 12px; flex-wrap: wrap;
  padding: 12px 20px; background: var(--panel); border-bottom: 1px solid var(--line);
}
.logo { width: 28px; height: 28px; fill: none; stroke: var(--sea); stroke-width: 2.4;
  stroke-linecap: round; stroke-linejoin: round; }
.logo .box { fill: var(--fill); }
.daemon { color: var(--soft); overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  min-width: 0; flex: 1 1 160px; }
.pick { color: var(--soft); white-space: nowrap; }
select, input[type="search"] {
  background: var(--sunk); border: 1px solid var(--line); border-radius: 7px; padding: 4px 8px;
  max-width: 100%;
}
select { color: var(--text); font-weight: 600; }
.live { display: inline-flex; align-items: center; gap: 7px; color: var(--soft); white-space: nowrap; }
.live::before, .dot { content: ""; flex: none; width: 9px; height: 9px; border-radius: 50%;
  background: var(--soft); }
.live.on::before { background: var(--ok); box-shadow: 0 0 0 3px color-mix(in srgb, var(--ok) 22%, transparent); }
.live.off { color: var(--bad); }
.live.off::before { background: var(--bad); }
.problem { margin: 14px 20px 0; padding: 9px 13px; border-radius: 9px; overflow-wrap: anywhere;
  color: var(--bad); background: color-mix(in srgb, var(--bad) 10%, var(--panel));
  border: 1px solid color-mix(in srgb, var(--bad) 35%, transparent); }
main {
  display: grid; gap: 14px; padding: 14px 20px 28px; max-width: 1560px; margin: 0 auto;
  grid-template-columns: minmax(0, 1fr) minmax(270px, 350px); align-items: start;
}
aside { display: grid; gap: 14px; min-width: 0; }
.tiles { grid-column: 1 / -1; display: grid; gap: 14px; grid-template-columns: repeat(4, minmax(0, 1fr)); }
.tile, .panel { background: var(--panel); border: 1px solid var(--line); border-radius: 12px; }
.tile { position: relative; overflow: hidden; padding: 12px 15px; min-height: 98px; }
.tile .label { display: block; color: var(--soft); font-size: 13px; }
.tile b { position: relative; font-size: 25px; font-weight: 650; line-height: 1.25; letter-spacing: -0.02em; margin-right: 6px; }
.tile small { position: relative; color: var(--soft); font-size: 13px; white-space: nowrap; }
.spark { display: block; width: 100%; overflow: visible; }
.tile .spark { position: absolute; left: 0; bottom: 0; height: 30px; }
.spark path { fill: none; stroke: var(--sea); stroke-width: 1.6; vector-effect: non-scaling-stroke;
  stroke-linejoin: round; }
.spark path.area { fill: var(--fill); stroke: none; }
.panel { overflow: hidden; }
.bar { display: flex; align-items: center; justify-content: space-between; gap: 12px; padding: 11px 15px; }
.bar input[type="search"] { width: 270px; }
.row {
  display: grid; align-items: center; gap: 14px; padding: 0 15px; width: 100%; text-align: left;
  grid-template-columns: minmax(130px, 1.3fr) minmax(110px, 1.2fr) 116px 122px 48px 56px;
}
.head { border-block: 1px solid var(--line); background: var(--sunk); }
.head button { all: unset; cursor: pointer; padding: 6px 0; color: var(--soft); font-size: 12.5px;
  box-sizing: border-box; }
.head button:focus-visible { outline: 2px solid var(--sea); }
.head button:hover { color: var(--text); }
.head button[aria-sort]::after { content: " ↑"; }
.head button[aria-sort="descending"]::after { content: " ↓"; }
.num, .head button.num { text-align: right; }
#rows .row { height: 42px; border-bottom: 1px solid var(--line); cursor: pointer;
  content-visibility: auto; contain-intrinsic-size: auto 42px; }
#rows .row:last-child { border-bottom: 0; }
#rows .row:hover { background: var(--sunk); }
#rows .row:focus-visible { outline-offset: -2px; }
.row > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; min-width: 0; }
.name { display: flex; align-items: center; gap: 10px; font-weight: 600; padding-left: 3px; }
.name span:last-child { overflow: hidden; text-overflow: ellipsis; }
.row .image, .row .age, .row .pids { color: var(--soft); }
.dot.running { background: var(--ok); }
.dot.paused, .dot.pausing { background: var(--warn); }
.dot.created { background: var(--sea); }
.meter { position: relative; padding-bottom: 5px; }
.meter::after { content: ""; position: absolute; right: 0; bottom: 0; height: 3px; width: 100%;
  border-radius: 2px; background: var(--line); }
.meter i { position: absolute; left: 0; bottom: 0; height: 3px; width: 100%; z-index: 1;
  border-radius: 2px; background: var(--sea); transform-origin: left; transform: scaleX(0); }
.meter.hot i { background: var(--warn); }
.off .meter { visibility: hidden; }
.empty { margin: 0; padding: 6px 15px 16px; color: var(--soft); }
.list { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); max-height: 400px;
  overflow: auto; }
.list:empty { display: none; }
.list li { padding: 7px 15px; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.list li:last-child { border-bottom: 0; }
.list b { font-weight: 600; }
.list small { display: block; color: var(--soft); font-size: 12.5px; }
.events li { display: grid; grid-template-columns: 62px 1fr; gap: 8px; font-size: 13px; padding-block: 5px; }
.events time { color: var(--soft); }
.events .bad { color: var(--bad); }
dialog {
  margin: 0 0 0 auto; width: min(780px, 100%); height: 100dvh; max-height: none; max-width: none;
  padding: 0; border: 0; border-left: 1px solid var(--line); background: var(--panel);
  color: inherit; box-shadow: -18px 0 50px #0003;
}
dialog[open] { display: flex; flex-direction: column; }
dialog::backdrop { background: #0006; }
dialog .top { display: flex; align-items: center; gap: 10px; padding: 13px 18px; border-bottom: 1px solid var(--line); }
dialog h2 { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; flex: 1; font-size: 17px; }
dialog .problem { margin: 12px 18px 0; }
.actions { display: flex; gap: 6px; flex-wrap: wrap; justify-content: flex-end; }
.actions button, .close { background: var(--sunk); border: 1px solid var(--line); border-radius: 7px;
  padding: 3px 10px; cursor: pointer; }
.actions button:hover, .close:hover { border-color: var(--soft); }
.actions button:disabled { opacity: .45; cursor: default; }
.actions button[data-action="remove"] { color: var(--bad); }
.close { font-size: 17px; line-height: 1; padding: 5px 10px; }
.charts { display: grid; grid-template-columns: 1fr 1fr; gap: 14px; padding: 14px 18px 4px; flex: none; }
figure { margin: 0; padding: 10px 0 0; border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
figcaption { color: var(--soft); padding: 0 12px 6px; font-size: 13px; }
figcaption b { color: var(--text); font-weight: 600; float: right; }
figure .spark { height: 62px; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 16px; margin: 0;
  padding: 10px 18px; max-height: 34%; overflow: auto; flex: none; font-size: 13.5px; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
dd code { font: 12.5px/1.5 var(--mono); display: -webkit-box; -webkit-box-orient: vertical;
  -webkit-line-clamp: 3; line-clamp: 3; overflow: hidden; }
dialog .bar { border-top: 1px solid var(--line); padding: 8px 18px; flex: none; }
.follow { color: var(--soft); }
pre { margin: 0; padding: 10px 18px 18px; flex: 1 1 160px; min-height: 160px; overflow: auto;
  background: var(--sunk); font: 12.5px/1.5 var(--mono); white-space: pre-wrap; overflow-wrap: anywhere;
  border-top: 1px solid var(--line); }
pre .stderr { color: var(--warn); }
pre .note { color: var(--soft); }
@media (max-width: 1080px) {
  main { grid-template-columns: minmax(0, 1fr); }
  .tile small { display: block; }
  aside { grid-template-columns: 1fr 1fr; align-items: start; }
}
@media (max-width: 720px) {
  header, main { padding-left: 12px; padding-right: 12px; }
  .problem { margin-left: 12px; margin-right: 12px; }
  .daemon { order: 9; flex-basis: 100%; }
  .live { margin-left: auto; }
  .tiles { grid-template-columns: 1fr 1fr; gap: 10px; }
  main, aside { gap: 10px; }
  aside { grid-template-columns: minmax(0, 1fr); }
  .row { grid-template-columns: minmax(0, 1fr) 62px 88px; gap: 10px; }
  .row .image, .row .pids, .row .age { display: none; }
  .bar input[type="search"] { width: 100%; min-width: 0; }
  .bar { flex-wrap: wrap; }
  .charts { padding-inline: 12px; gap: 10px; }
  figcaption b { float: none; display: block; }
  dl, pre, dialog .top, dialog .bar { padding-inline: 12px; }
  dialog .top { flex-wrap: wrap; }
  .actions { order: 9; flex-basis: 100%; justify-content: flex-start; }
  .actions:empty { display: none; }
}
@media (prefers-reduced-motion: no-preference) { .meter i { transition: transform .4s ease-out; } }
`;
