#include "report/page_style.h"

namespace foreview {

const char* const kPageStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #fbfbfa; --card: #ffffff; --ink: #1c1d1f; --soft: #5d6167; --line: #e3e3df; --grid: #ecece8;
  --accent: #2458a6; --second: #b4541a; --good: #1d6b41; --bad: #8a3a12; --wait: #5a5e66;
  --good-wash: #eaf5ee; --bad-wash: #fbf0e8; --wait-wash: #f0f1f3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #141517; --card: #1b1d20; --ink: #ebebe8; --soft: #a2a6ad; --line: #303338; --grid: #272a2e;
    --accent: #82b1f5; --second: #eca06a; --good: #7fd3a2; --bad: #efae82; --wait: #b6bac2;
    --good-wash: #17291f; --bad-wash: #2d2119; --wait-wash: #24262a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
}
main, header, footer { max-width: 1060px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 44px; }
h1 { font-size: 1.9rem; line-height: 1.2; letter-spacing: -.015em; margin: 2px 0 22px; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; line-height: 1.3; letter-spacing: -.005em; margin: 0 0 6px; }
h3 { font-size: 1rem; margin: 0 0 6px; }
p { margin: 0 0 12px; max-width: 72ch; }
.kicker, .note, figcaption, caption { color: var(--soft); font-size: .9rem; }
.kicker { margin: 0; }
section { padding: 34px 0 0; }
.verdict { padding: 22px 24px 14px; border-radius: 10px; border-left: 5px solid var(--wait); background: var(--wait-wash); }
.verdict h2 { font-size: 1.35rem; color: var(--wait); }
.verdict.skill { border-color: var(--good); background: var(--good-wash); }
.verdict.skill h2 { color: var(--good); }
.verdict.no-skill { border-color: var(--bad); background: var(--bad-wash); }
.verdict.no-skill h2 { color: var(--bad); }
.verdict p { max-width: 84ch; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 1px; margin: 18px 0 0;
  background: var(--card); border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }
.figures div { padding: 14px 18px; box-shadow: 0 0 0 1px var(--line); }
.figures dt { color: var(--soft); font-size: .85rem; }
.figures dd { margin: 2px 0; font-size: 1.55rem; line-height: 1.2; font-weight: 600; letter-spacing: -.01em;
  font-variant-numeric: tabular-nums; }
.figures small { display: block; color: var(--soft); font-size: .8rem; line-height: 1.4; }
.scroll + .scroll, .scroll + figure { margin-top: 14px; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 12px 14px 8px; caption-side: top; }
th, td { padding: 7px 11px; text-align: right; white-space: nowrap; border-top: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 500; vertical-align: bottom; }
th:first-child, td:first-child, .words th, .words td { text-align: left; }
tbody th { font-weight: 400; }
td.text, th.text { text-align: left; }
td.text { color: var(--soft); }
tr.final th, tr.final td { font-weight: 600; }
tr.final { background: color-mix(in srgb, var(--accent) 8%, transparent); }
.words td, .words th { white-space: normal; overflow-wrap: anywhere; vertical-align: top; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 20px; margin-top: 14px; }
figure { margin: 0; padding: 16px 18px 12px; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
figure.wide { margin-top: 14px; }
figcaption { margin-top: 8px; overflow-wrap: anywhere; }
svg.chart { display: block; width: 100%; height: auto; font-variant-numeric: tabular-nums; }
.wide-chart { overflow-x: auto; }
.wide-chart svg.chart { min-width: 620px; }
svg text { fill: var(--soft); font-size: 12.5px; }
svg .row { fill: var(--ink); }
svg .grid { stroke: var(--grid); }
svg .axis { stroke: var(--soft); stroke-opacity: .6; }
svg path { fill: none; stroke-width: 2; stroke-linejoin: round; }
svg .line-0 { stroke: var(--accent); }
svg .line-1 { stroke: var(--second); }
svg .line-2 { stroke: var(--good); stroke-dasharray: 5 3; }
svg .guide { stroke: var(--soft); stroke-dasharray: 4 4; }
svg .range { stroke: var(--accent); stroke-opacity: .28; stroke-width: 1.5; }
svg .span { stroke: var(--accent); stroke-width: 2.5; stroke-linecap: round; }
svg .span.other { stroke: var(--soft); }
svg circle { fill: var(--accent); fill-opacity: .85; }
svg circle.other { fill: var(--soft); fill-opacity: 1; }
.key { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 0 0 8px; padding: 0; list-style: none; font-size: .87rem; color: var(--soft); }
.key li::before { content: ""; display: inline-block; width: 16px; height: 3px; border-radius: 2px; margin-right: 7px;
  vertical-align: middle; background: var(--accent); }
.key li.line-1::before { background: var(--second); }
.key li.line-2::before { background: var(--good); }
.strip { display: grid; grid-template-columns: auto 1fr; gap: 6px 12px; align-items: center; }
.strip > span { color: var(--soft); font-size: .85rem; }
.strip div { display: flex; gap: 5px; min-width: 0; }
.strip img { display: block; min-width: 0; flex: 0 1 72px; width: 72px; height: auto; border-radius: 3px; }
.lists { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 8px 36px; margin-top: 10px; }
ul.plain { margin: 0 0 10px; padding-left: 18px; }
ul.plain li { margin: 3px 0; overflow-wrap: anywhere; }
dl.facts { display: grid; grid-template-columns: minmax(110px, max-content) 1fr; gap: 0 24px; margin: 10px 0 0; }
dl.facts dt, dl.facts dd { margin: 0; padding: 6px 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
dl.facts dt { color: var(--soft); }
dl.facts dd { font-variant-numeric: tabular-nums; }
summary { cursor: pointer; padding: 4px 0 10px; color: var(--accent); }
footer { padding-top: 40px; padding-bottom: 48px; color: var(--soft); font-size: .87rem; }
@media (max-width: 560px) {
  main, header, footer { padding-left: 16px; padding-right: 16px; }
  h1 { font-size: 1.5rem; }
  figure { padding: 12px 10px 10px; }
  dl.facts { grid-template-columns: 1fr; }
  dl.facts dt { padding-bottom: 0; }
  dl.facts dd { border-top: 0; padding-top: 0; }
}
@media print {
  body { background: none; }
  figure, .scroll, .verdict { break-inside: avoid; }
  .scroll { overflow: visible; }
}
)css";

}  // namespace foreview
