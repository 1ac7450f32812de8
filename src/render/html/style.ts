/** The page's one style sheet: light and dark, wide and narrow, screen and paper. */
import { dark, light, type Palette } from "../palette.ts";

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const variables = (palette: Palette) =>
  Object.entries(palette)
    .map(([name, colour]) => `--${kebab(name)}:${colour}`)
    .join(";");

const toneNames = ["good", "bad", "unclear", "seen", "none"];

export const pageStyle = `
:root{color-scheme:light dark;${variables(light)};--round:10px;
--text:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Noto Sans","Liberation Sans",Arial,sans-serif;
--mono:ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
@media (prefers-color-scheme:dark){:root{${variables(dark)}}}
*,::before,::after{box-sizing:border-box}
[hidden]{display:none!important}
html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 var(--text);overflow-wrap:anywhere}
main,.top>div,footer{max-width:68rem;margin:0 auto;padding:0 1.5rem}
h1,h2,h3,h4,p,ul,ol,dl,dd,figure,fieldset{margin:0;padding:0}
h1,h2,h3,h4{line-height:1.25;font-weight:650;text-wrap:balance}
h1{font-size:clamp(1.6rem,1.2rem + 2vw,2.3rem);letter-spacing:-.02em}
h2{font-size:1.3rem;letter-spacing:-.01em;margin:0 0 .9rem}
h3{font-size:1.05rem}
main>section{margin:2.75rem 0}
a{color:var(--link);text-underline-offset:.18em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
code,pre{font-family:var(--mono);font-size:.86em}
pre{margin:0;white-space:pre-wrap}
small,.quiet{color:var(--quiet)}
.quiet{font-size:.92rem}
.unseen{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:1rem;top:-4rem;padding:.5rem 1rem;background:var(--card);z-index:2}
.skip:focus{top:.5rem}
.num{text-align:right;font-variant-numeric:tabular-nums}
.icon{flex:none;width:1.15em;height:1.15em;vertical-align:-.2em}
.disc{fill:currentColor}
.glyph{fill:none;stroke:var(--card);stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round}
${toneNames.map((tone) => `.${tone}{color:var(--${tone})}`).join("")}
.card{background:var(--card);border:1px solid var(--line);border-radius:var(--round);padding:1.1rem 1.25rem}
.card.pass{background:var(--good-card)}
.card.block{background:var(--bad-card)}
.card.warn{background:var(--unclear-card)}

.top{background:var(--card);border-bottom:1px solid var(--line);padding:2rem 0 1.75rem}
.eyebrow{color:var(--quiet);font-size:.9rem;margin-bottom:.35rem}
.verdict{display:flex;gap:.55rem;align-items:center;font-size:1.3rem;font-weight:650;margin:.9rem 0 .35rem}
.verdict .icon{width:1.5rem;height:1.5rem}
.lead{font-size:1.08rem;max-width:46rem}
.lead+.quiet,.card pre{margin-top:.4rem}
.card pre{margin-bottom:.4rem}
.facts{display:flex;flex-wrap:wrap;gap:.25rem 1.6rem;margin-top:1.15rem;font-size:.92rem}
.facts div{display:flex;gap:.45rem}
.facts dt{color:var(--quiet)}
.notice{margin-top:1.1rem}

table{width:100%;border-collapse:collapse;font-size:.93rem}
th,td{padding:.55rem .75rem;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
th{color:var(--quiet);font-weight:500;font-size:.86rem}
th.num,td.num{text-align:right}
thead th{overflow-wrap:normal}
.status{white-space:nowrap}
@media (min-width:46.01rem){td:not(.num)>div{min-width:5.5rem}}
tbody tr:last-child>*{border-bottom:0}
td:first-child,th:first-child{padding-left:0}
td:last-child,th:last-child{padding-right:0}
tfoot td,tfoot th{border-top:1px solid var(--line);border-bottom:0}

.matrix{display:grid;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr));gap:.9rem}
.cell{display:flex;flex-direction:column;gap:.3rem}
.cell .share{font-size:1.75rem;font-weight:650;letter-spacing:-.02em;line-height:1.15;font-variant-numeric:tabular-nums}
.cell .share small{font-size:1rem;font-weight:400;letter-spacing:0}
.tag{display:inline-block;font-size:.76rem;font-weight:600;letter-spacing:.03em;border:1px solid currentColor;border-radius:99px;padding:.02rem .55rem;white-space:nowrap}
.bar{display:block;width:100%;height:8px;margin:.35rem 0;border-radius:4px;overflow:hidden;background:var(--sunk)}
.bar rect{fill:currentColor}
.counts{display:flex;flex-wrap:wrap;gap:.15rem .9rem;font-size:.86rem;list-style:none}
.counts li{white-space:nowrap}

.rules{list-style:none;display:grid;gap:.5rem;margin-top:.8rem}
.rules li{display:grid;grid-template-columns:1.3rem 1fr;gap:.5rem}
.rules .icon{margin-top:.2rem}

.failures{display:grid;gap:1rem;margin-top:.9rem}
.failure h3 a{color:inherit;text-decoration:none}
.failure h3 a:hover{text-decoration:underline}
.failure h3{display:grid;grid-template-columns:1.3rem 1fr;gap:.5rem}
.failure h3 .icon{margin-top:.14rem}
.meta{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem .9rem;color:var(--quiet);font-size:.88rem;margin-top:.25rem}
.compare{margin:.9rem 0 0;display:grid;gap:.9rem}
.compare>div{border-left:3px solid var(--line);padding-left:.9rem}
.compare dl{display:grid;grid-template-columns:5.5rem minmax(0,1fr);gap:.15rem .9rem;margin-top:.25rem}
.compare dt{color:var(--quiet);font-size:.9rem}
.command{display:flex;gap:.6rem;align-items:flex-start;background:var(--sunk);border-radius:8px;padding:.6rem .75rem;margin-top:.9rem}
.command code{flex:1}
.command span{display:inline-block;max-width:100%}
button{font:inherit;font-size:.86rem;color:var(--ink);background:var(--card);border:1px solid var(--line);border-radius:7px;padding:.25rem .7rem;min-height:2rem;cursor:pointer}
button:hover{border-color:var(--quiet)}

.filter{display:grid;grid-template-columns:minmax(0,1fr);gap:.8rem;margin-bottom:1.25rem}
.filter fieldset{border:0;min-width:0;display:flex;flex-wrap:wrap;gap:.4rem;align-items:center}
.filter legend{float:left;padding:0;width:5rem;color:var(--quiet);font-size:.9rem}
.chip{position:relative;display:inline-flex;align-items:center;gap:.35rem;border:1px solid var(--line);border-radius:99px;padding:.2rem .75rem;min-height:2.1rem;font-size:.88rem;cursor:pointer;background:var(--card)}
.chip input{position:absolute;opacity:0;inset:0;width:100%;height:100%;margin:0;cursor:pointer}
.chip:hover{border-color:var(--quiet)}
.chip:has(:checked){border-color:var(--link);box-shadow:inset 0 0 0 1px var(--link)}
.chip:has(:focus-visible){outline:2px solid var(--link);outline-offset:2px}
.chip small{font-variant-numeric:tabular-nums}
.search{display:flex;flex-wrap:wrap;gap:.6rem;align-items:center}
.search input{flex:1 1 14rem;min-width:0;font:inherit;color:inherit;background:var(--page);border:1px solid var(--line);border-radius:8px;padding:.4rem .75rem;min-height:2.4rem}
.search output{color:var(--quiet);font-size:.9rem;font-variant-numeric:tabular-nums}

.group{margin-top:1.75rem}
.group>header{display:flex;flex-wrap:wrap;gap:.3rem .9rem;align-items:baseline;margin-bottom:.6rem}
.group>header .counts{flex-basis:100%;color:var(--quiet)}
.heads,.row>summary{display:grid;grid-template-columns:9.6rem minmax(0,1fr) 4.6rem 5.2rem 4.6rem;gap:.1rem 1rem}
.heads{padding:.45rem 1.1rem;color:var(--quiet);font-size:.82rem;border-bottom:1px solid var(--line)}
.heads :nth-child(n+4){text-align:right}
.rows{background:var(--card);border:1px solid var(--line);border-radius:var(--round);overflow:hidden}
.row{border-top:1px solid var(--line)}
.row:first-child,.heads+.row{border-top:0}
.row>summary{align-items:baseline;padding:.6rem 1.1rem;cursor:pointer;list-style:none}
.row>summary::-webkit-details-marker{display:none}
.row>summary:hover{background:var(--sunk)}
.row>summary:focus-visible{outline-offset:-2px}
.row[open]>summary{border-bottom:1px solid var(--line)}
.row .state{font-size:.84rem;font-weight:600;white-space:nowrap}
.row .state .icon{margin-right:.15rem}
.row .name{display:block}
.row .id{display:block;color:var(--quiet);font-size:.84rem}
.row .level,.row .time{font-size:.86rem;color:var(--quiet)}
.row .time{text-align:right;font-variant-numeric:tabular-nums}
.row .body{padding:1rem 1.1rem 1.3rem;display:grid;grid-template-columns:minmax(0,1fr);gap:1rem}
.row h4{font-size:.9rem;margin-bottom:.3rem}
.files{list-style:none;display:grid;gap:.15rem;font-size:.92rem}
.backends{list-style:none;margin-top:.25rem;font-size:.86rem;color:var(--quiet)}

.figures{display:flex;flex-wrap:wrap;gap:.9rem 2.5rem;margin-bottom:1rem}
.figures dt{color:var(--quiet);font-size:.9rem}
.figures dd{font-size:1.5rem;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.plot{display:block;width:100%;height:auto;font:11px var(--text)}
.plot text{fill:var(--quiet)}
.plot line{stroke:var(--line)}
.plot .mark{stroke:var(--quiet);stroke-dasharray:3 3}
.plot circle{fill:var(--seen);fill-opacity:.45}
.plot circle.late{fill:var(--bad);fill-opacity:.9}
.more{margin-top:.9rem}
.more>summary,.fold>summary{cursor:pointer;color:var(--link);padding:.3rem 0;width:fit-content}
.fold{border-top:1px solid var(--line);padding:.45rem 0}
.fold:first-child{border-top:0}
.fold>summary{font-weight:550;color:inherit}
.fold>div{padding:.4rem 0 .9rem}
.facts-table th{width:11rem}
footer{color:var(--quiet);font-size:.88rem;padding-top:1.5rem;padding-bottom:3rem}

@media (max-width:46rem){
main,.top>div,footer{padding-left:1rem;padding-right:1rem}
.top{padding:1.4rem 0 1.3rem}
main>section{margin:2.1rem 0}
.card{padding:.95rem 1rem}
.filter legend{float:none;width:100%;margin-bottom:.3rem}
.chip{min-height:2.5rem}
.row>summary{grid-template-columns:auto auto 1fr;padding:.75rem .9rem;gap:.25rem .9rem}
.row .title{grid-column:1/-1;grid-row:2}
.row .level{justify-self:start}
.row .time.took{justify-self:end}
.row .time.force{display:none}
.row .body{padding:.9rem}
.heads{display:none!important}
.command{flex-direction:column}
.command button{align-self:flex-end}
.compare dl{grid-template-columns:minmax(0,1fr)}
.compare dd+dt{margin-top:.35rem}
table.stack thead{display:none}
table.stack,table.stack tbody,table.stack tr,table.stack td,table.stack th{display:block;width:auto}
table.stack tr{padding:.65rem 0;border-bottom:1px solid var(--line)}
table.stack tbody tr:last-child{border-bottom:0}
table.stack td,table.stack tbody th{display:grid;grid-template-columns:6.5rem minmax(0,1fr);gap:.6rem;border:0;padding:.12rem 0;text-align:left}
table.stack td::before{content:attr(data-label);color:var(--quiet);font-size:.86rem}
table.stack td[data-label=""]::before{content:none}
table.stack td[data-label=""]{grid-template-columns:minmax(0,1fr)}
table.facts-table tbody th{grid-template-columns:1fr;width:auto}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
@media print{
@page{margin:16mm}
:root{${variables({ ...light, page: "#ffffff" })};color-scheme:light}
body{font-size:10.5pt}
.skip,.filter,.command button{display:none!important}
.top{padding-top:0}
main,.top>div,footer{max-width:none;padding-left:0;padding-right:0}
main>section{margin:1.4rem 0}
.card,.failure,.row>summary,tr{break-inside:avoid}
h2,h3,.group>header{break-after:avoid}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
}
`;
