import { Markup } from './markup';

/** The look of the report: one column of text beside its table of contents, light or dark as the reader's system is. */
export const style = new Markup(`
:root{color-scheme:light dark;--bg:#fff;--panel:#f6f7f9;--ink:#1b2027;--soft:#56606c;--rule:#dde1e6;--accent:#2457a6;--fill:#4f7fcc;--fill-soft:#4f7fcc26;
--critical:#a3001d;--critical-bg:#fde4e7;--high:#9a3a00;--high-bg:#fdeadd;--medium:#735200;--medium-bg:#fbf1cf;--low:#1f5a96;--low-bg:#e3eefa;--info:#4c5663;--info-bg:#eceff2;--good:#176639;--good-bg:#e1f4e8}
@media (prefers-color-scheme:dark){:root{--bg:#14171b;--panel:#1c2026;--ink:#e4e8ed;--soft:#a0a9b5;--rule:#30363e;--accent:#8db6f5;--fill:#6c9bea;--fill-soft:#6c9bea2e;
--critical:#ff9aa6;--critical-bg:#4a1520;--high:#ffb487;--high-bg:#46240f;--medium:#eecd70;--medium-bg:#3b3110;--low:#9cc6f5;--low-bg:#17304c;--info:#b6bfca;--info-bg:#2a3038;--good:#86d9a5;--good-bg:#153a24}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;scroll-padding-top:1rem}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
a{color:var(--accent)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
code,pre{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-999px}.skip:focus{left:1rem;top:1rem;background:var(--bg);padding:.5rem 1rem;z-index:2}
.muted{color:var(--soft)}
.masthead{padding:2.2rem clamp(1rem,4vw,3rem) 1.4rem;border-bottom:1px solid var(--rule)}
.kicker{margin:0;color:var(--soft);font-size:.8rem;letter-spacing:.08em;text-transform:uppercase}
h1{margin:.1rem 0 .4rem;font-size:2.1rem;line-height:1.15;overflow-wrap:anywhere}
.meta{margin:0;color:var(--soft);display:flex;flex-wrap:wrap;gap:.2rem 1.1rem}
.layout{display:grid;grid-template-columns:15rem minmax(0,60rem);gap:0 3rem;padding:0 clamp(1rem,4vw,3rem) 4rem}
nav{font-size:.92rem}
nav ol{position:sticky;top:1.2rem;list-style:none;margin:1.6rem 0 0;padding:0;max-height:calc(100vh - 2.4rem);overflow-y:auto}
nav a{display:flex;justify-content:space-between;gap:.6rem;padding:.26rem .5rem;border-radius:5px;color:var(--ink);text-decoration:none}
nav a:hover{background:var(--panel)}
.nav-mark{align-self:center;min-width:1.5em;padding:0 .4em;border-radius:1em;background:var(--high-bg);color:var(--high);font-size:.78rem;font-weight:600;text-align:center}
.nav-mark.bad{background:var(--critical-bg);color:var(--critical)}
@media (max-width:62rem){.layout{grid-template-columns:minmax(0,1fr)}nav ol{position:static;columns:2;max-height:none}}
section{padding-top:1.6rem;margin-bottom:1.4rem}
section+section{border-top:1px solid var(--rule)}
.section-head{display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:0 1rem}
h2{margin:0;font-size:1.45rem;line-height:1.25}
.by{margin:0;color:var(--soft);font-size:.85rem}
h3{margin:1.7rem 0 .5rem;font-size:1.02rem}
.count{color:var(--soft);font-weight:400;font-size:.88rem}
.lead{font-size:1.06rem;margin:.5rem 0 1rem;max-width:46rem}
.caveat,.failed{margin:.4rem 0;padding:.6rem .9rem;border-left:3px solid var(--medium);background:var(--medium-bg);border-radius:0 6px 6px 0}
.failed{border-color:var(--critical);background:var(--critical-bg)}.failed p{margin:.2rem 0}.failed .muted{color:inherit}
.tally{display:flex;flex-wrap:wrap;gap:.6rem;list-style:none;margin:.6rem 0 1.1rem;padding:0}
.tally li{display:flex;align-items:baseline;gap:.45rem;padding:.35rem .9rem;border-radius:8px}
.tally strong{font-size:1.35rem;font-variant-numeric:tabular-nums}
.critical{color:var(--critical);background:var(--critical-bg)}.high{color:var(--high);background:var(--high-bg)}.medium{color:var(--medium);background:var(--medium-bg)}.low{color:var(--low);background:var(--low-bg)}.info{color:var(--info);background:var(--info-bg)}
.badge{display:inline-block;min-width:4.4em;padding:.05em .55em;border-radius:4px;font-size:.76rem;font-weight:600;text-align:center}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(10.5rem,1fr));gap:.2rem 1.4rem;margin:1rem 0}
.fact{padding:.45rem 0;border-top:1px solid var(--rule);min-width:0}
.fact.long{grid-column:span 2}
.facts dt{color:var(--soft);font-size:.82rem}
.facts dd{margin:0;font-size:1.05rem;font-weight:600;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
.fact.long dd{font-size:.95rem;font-weight:500}
.unit{font-weight:400;color:var(--soft);font-size:.88rem}
.findings{list-style:none;margin:0;padding:0}
.findings>li{padding:.7rem 0;border-top:1px solid var(--rule)}
.findings p{margin:.2rem 0;max-width:52rem;overflow-wrap:anywhere}
.finding-title .badge{margin-right:.35rem}
.place{color:var(--soft);overflow-wrap:anywhere}
.advice{color:var(--soft)}.advice-word{color:var(--good);font-weight:600}
.places{margin:.3rem 0 .3rem;padding-left:1.1rem;font-size:.93rem}.places li{margin:.12rem 0;overflow-wrap:anywhere}
details summary{cursor:pointer;color:var(--accent)}
.scroll{overflow:auto;max-height:31rem;margin:1.1rem 0;background:linear-gradient(0deg,var(--bg) 1rem,transparent 2rem) bottom/100% 3rem no-repeat local,linear-gradient(0deg,var(--rule),transparent) bottom/100% .6rem no-repeat scroll}
.scroll thead th{position:sticky;top:0;background:var(--bg)}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:.2rem 0 .4rem}
th,td{padding:.36rem .9rem .36rem 0;border-top:1px solid var(--rule);text-align:left;vertical-align:top;min-width:3.2rem}
thead th{color:var(--soft);font-weight:500;font-size:.82rem;border-top:0;border-bottom:1px solid var(--rule)}
tbody th{font-weight:500}
.right{text-align:right;white-space:nowrap}th.left,td.left{text-align:left}
tbody tr:hover{background:var(--panel)}
.top td:first-child{width:5.5rem}.top td:last-child{white-space:nowrap}
.right+.left{padding-left:.9rem}
.chart{margin:1.3rem 0}.chart figcaption{font-weight:600;margin-bottom:.45rem}
.bars{list-style:none;margin:0;padding:0;max-width:46rem}
.bars li{display:grid;grid-template-columns:minmax(7rem,15rem) 1fr auto;gap:.8rem;align-items:center;padding:.14rem 0;font-size:.9rem}
.bar-label{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.bar{width:100%;height:.7rem;border-radius:3px}.bar-track{fill:var(--panel)}.bar-fill{fill:var(--fill)}
.bar-value{color:var(--soft);font-variant-numeric:tabular-nums;min-width:5.5rem;text-align:right}
.line{width:100%;max-width:46rem;height:auto;font-size:12px}.line text{fill:var(--soft)}
.grid,.axis{stroke:var(--rule);stroke-width:1}.grid{stroke-dasharray:3 4}.line-area{fill:var(--fill-soft)}.line-stroke{fill:none;stroke:var(--fill);stroke-width:2;stroke-linejoin:round}
.numbers{font-size:.9rem;max-width:30rem}
.notes{color:var(--soft);font-size:.92rem;padding-left:1.1rem}
.words{margin:.4rem 0;padding:.1rem 1rem;border-left:3px solid var(--accent);background:var(--panel);white-space:pre-line}
.suite{margin:.5rem 0}.suite pre{max-height:22rem;overflow:auto;padding:.8rem;background:var(--panel);border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere}
.outcome{padding:.05em .5em;border-radius:4px;font-size:.8rem;font-weight:600;background:var(--medium-bg);color:var(--medium)}.outcome.passed{background:var(--good-bg);color:var(--good)}.outcome.failed{background:var(--critical-bg);color:var(--critical)}
@media (max-width:40rem){.scroll{max-height:none;background:linear-gradient(90deg,var(--bg) 1rem,transparent 2rem) left/3rem 100% no-repeat local,linear-gradient(270deg,var(--bg) 1rem,transparent 2rem) right/3rem 100% no-repeat local,linear-gradient(90deg,var(--rule),transparent) left/.6rem 100% no-repeat scroll,linear-gradient(270deg,var(--rule),transparent) right/.6rem 100% no-repeat scroll}
.scroll thead th{position:static;background:none}.wide table{width:max-content;min-width:100%;max-width:44rem}caption{max-width:calc(100vw - 2rem)}
.facts{grid-template-columns:repeat(auto-fill,minmax(9rem,1fr))}.fact.long{grid-column:1/-1}
.bars li{grid-template-columns:minmax(0,1fr) auto;gap:.1rem .8rem}.bar-label{grid-column:1/-1}.bar{grid-row:2}
.top :is(table,tbody,tr,th,td){display:block;width:auto}.top thead{display:none}.top tr{padding:.5rem 0;border-top:1px solid var(--rule)}.top :is(tbody th,td){padding:.1rem 0;border:0}.top td:first-child{width:auto}}
@media print{nav,.skip{display:none}.scroll{max-height:none}.layout{display:block}details>*{display:block}section{break-inside:auto}h2,h3,caption{break-after:avoid}}
`);
