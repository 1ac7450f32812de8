/** Style of the matrix page. */
export const matrixStyle = `
:root{color-scheme:light dark;--page:#fff;--text:#1f2328;--soft:#59636e;--line:#d1d9e0;--link:#0969da;
--good:#116329;--good-on:#dafbe1;--part:#6b4d00;--part-on:#fff8c5;--bad:#a40e26;--bad-on:#ffebe9;--unclear:#424a53;--unclear-on:#eff2f5}
@media(prefers-color-scheme:dark){:root{--page:#0d1117;--text:#f0f6fc;--soft:#9198a1;--line:#3d444d;--link:#58a6ff;
--good:#7ee787;--good-on:#12361e;--part:#f2cc60;--part-on:#3b2f09;--bad:#ffa198;--bad-on:#4c1a1b;--unclear:#d1d7e0;--unclear-on:#262c36}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:84rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .5rem}
h2{font-size:1.25rem;margin:2.5rem 0 .5rem;padding-top:1rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.25rem 0 .5rem}
a{color:var(--link)}
code{font:.875em ui-monospace,SFMono-Regular,Menlo,monospace;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem;border-bottom:1px solid var(--line)}
thead th{color:var(--soft);font-size:.875rem;font-weight:600}
.wide{overflow-x:auto}
.share{white-space:nowrap;font-variant-numeric:tabular-nums}
.matrix td .share{display:block}.matrix th[scope=row]{min-width:9rem}.version{display:block;font-weight:400}
.badge{display:inline-block;white-space:nowrap;padding:.05rem .5rem;border-radius:1rem;font-weight:600;font-size:.875rem}
.good{color:var(--good);background:var(--good-on)}
.part{color:var(--part);background:var(--part-on)}
.bad{color:var(--bad);background:var(--bad-on)}
.unclear{color:var(--unclear);background:var(--unclear-on)}
.lead .badge{white-space:normal;font-size:1rem;border-radius:.5rem;padding:.35rem .75rem}
.legend,.files{color:var(--soft);font-size:.875rem}
.problems{padding-left:1.25rem}.problems li{margin:.4rem 0;overflow-wrap:anywhere}
.results td:first-child{white-space:nowrap}
summary{cursor:pointer;padding:.5rem 0}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
@media(max-width:48rem){
.matrix thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.matrix,.matrix tbody,.matrix tr,.matrix th[scope=row],.matrix td{display:block;width:100%}
.matrix tr{border:1px solid var(--line);border-radius:.5rem;margin:0 0 1rem;padding:.25rem 0}
.matrix th[scope=row],.matrix td{border:0;padding:.35rem .75rem}
.matrix th[scope=row]{font-size:1.1rem}
.matrix td{display:grid;grid-template-columns:7.5rem 1fr;gap:.5rem;align-items:baseline}
.matrix td::before{content:attr(data-title);color:var(--soft);font-size:.875rem}
.results th:nth-child(3),.results td:nth-child(3){display:none}
.results th,.results td{padding:.5rem .4rem}
}
@media print{details{display:block}.badge{border:1px solid currentColor}h2{break-after:avoid}}
`.trim();
