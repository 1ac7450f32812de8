/** Style of the matrix page: the colours of the report's page, whose contrasts are tested there. */
import { dark, light, type Palette } from "../palette.ts";

/** What half works, and what is not known, have their own colours here; a report's page has one for both. */
const colours = (palette: Palette) =>
  [
    ["page", palette.page],
    ["card", palette.card],
    ["text", palette.ink],
    ["soft", palette.quiet],
    ["line", palette.line],
    ["link", palette.link],
    ...[["good", palette.good] as const, ["good-on", palette.goodCard] as const],
    ...[["part", palette.unclear] as const, ["part-on", palette.unclearCard] as const],
    ...[["bad", palette.bad] as const, ["bad-on", palette.badCard] as const],
    ...[["unclear", palette.quiet] as const, ["unclear-on", palette.sunk] as const],
  ]
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(";");

export const matrixStyle = `
:root{color-scheme:light dark;${colours(light)}}
@media(prefers-color-scheme:dark){:root{${colours(dark)}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:84rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .5rem}
h2{font-size:1.25rem;line-height:1.3;margin:2.5rem 0 .5rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.25rem 0 .5rem}
a{color:var(--link);text-underline-offset:.18em;text-decoration-thickness:1px}
code{font:.875em ui-monospace,SFMono-Regular,Menlo,monospace}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.5rem .6rem;border-bottom:1px solid var(--line)}
thead th{color:var(--soft);font-size:.875rem;font-weight:600}
.wide{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:.6rem}
.wide tbody tr:last-child>*{border-bottom:0}
.matrix thead th,.matrix td{overflow-wrap:normal}
.share{font-variant-numeric:tabular-nums}
.matrix td .share{display:block;white-space:nowrap;font-size:.875rem}
.matrix th[scope=row]{min-width:8.5rem}.version{display:block;font-weight:400}
.badge{display:inline-block;max-width:100%;padding:.05rem .5rem;border-radius:1rem;font-weight:600;font-size:.875rem}
.matrix .badge,.results .badge{white-space:nowrap}
.matrix .changes .badge{white-space:normal;min-width:7rem;border-radius:.6rem}
.good{color:var(--good);background:var(--good-on)}
.part{color:var(--part);background:var(--part-on)}
.bad{color:var(--bad);background:var(--bad-on)}
.unclear{color:var(--unclear);background:var(--unclear-on)}
.lead .badge{font-size:1rem;border-radius:.5rem;padding:.35rem .75rem}
.legend,.files{color:var(--soft);font-size:.875rem}
.problems{padding-left:1.25rem}.problems li{margin:.4rem 0}
.results td:first-child{white-space:nowrap}
summary{cursor:pointer;padding:.5rem 0}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
@media(max-width:48rem){
.matrix thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.matrix,.matrix tbody,.matrix tr,.matrix th[scope=row],.matrix td{display:block;width:100%}
.wide{overflow:visible;background:none;border:0}
.matrix tr{background:var(--card);border:1px solid var(--line);border-radius:.6rem;margin:0 0 1rem;padding:.25rem 0}
.matrix th[scope=row],.matrix td{border:0;padding:.35rem .75rem}
.matrix th[scope=row]{font-size:1.1rem}
.matrix td{display:grid;grid-template-columns:7.5rem minmax(0,1fr);overflow-wrap:anywhere;gap:.5rem;align-items:baseline}
.matrix td::before{content:attr(data-title);color:var(--soft);font-size:.875rem}
.results th:nth-child(3),.results td:nth-child(3){display:none}
.matrix td .share,.matrix .badge{white-space:normal}
.results th,.results td{padding:.5rem .4rem}
}
@media print{details{display:block}.badge{border:1px solid currentColor}h2{break-after:avoid}}
`.trim();
