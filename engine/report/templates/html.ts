import { barsHeight, barsWidth } from '../bars.js';

/**
 * The report as one page that needs nothing else: no script, no network, pictures inside. Everything that comes from
 * data stands in double braces, which escape it; the policy in the head forbids the rest.
 */
export const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{{title}}: {{status}}</title>
<style>{{> style}}</style>
</head>
<body>
<main>
<header>
<h1>{{title}}</h1>
<p><span class="state {{state}}">{{status}}</span> <span class="sub">{{subtitle}}</span></p>
<dl class="short">
<dt>Asked</dt><dd>{{answer.asked}}</dd>
<dt>Answer</dt><dd class="answer">{{#each answer.answer}}<p>{{this}}</p>{{/each}}</dd>
<dt>Against a baseline</dt><dd>{{#each answer.worth}}<p>{{this}}</p>{{/each}}</dd>
<dt>What to doubt</dt><dd>{{#each answer.doubt}}<p>{{this}}</p>{{/each}}</dd>
<dt>What to do next</dt><dd>{{#each answer.next}}<p>{{this}}</p>{{/each}}</dd>
</dl>
<nav aria-label="Parts of this page">{{#if problems.length}}<a href="#problems">Problems and warnings</a> {{/if}}{{#if figures.length}}<a href="#figures">Figures</a> {{/if}}{{#if metrics.length}}<a href="#metrics">Metrics</a> {{/if}}{{#if quality.length}}<a href="#quality">Quality</a> {{/if}}<a href="#steps">Steps</a> {{#if params}}<a href="#params">Parameters</a> {{/if}}{{#if tables}}<a href="#data">Data</a> {{/if}}{{#if saved}}<a href="#results">Results</a> {{/if}}<a href="#run">Environment</a>{{#if digests}} <a href="#digests">Digests</a>{{/if}}{{#if head}} <a href="#log">Log</a>{{/if}}</nav>
</header>
{{#if problems.length}}<section id="problems"><h2>Problems and warnings</h2>
{{#each problems}}<div class="notice {{#if (isError severity)}}bad{{else}}unsure{{/if}}"><p><strong>{{severity}}</strong> {{message}}</p>{{#if hint}}<p>{{hint}}</p>{{/if}}<p class="where">{{where}} [{{code}}]</p></div>
{{/each}}</section>{{/if}}
{{#if figures.length}}<section id="figures"><h2>Figures</h2><div class="pair">
{{#each figures}}{{> figure}}{{/each}}</div></section>{{/if}}
{{#if metrics.length}}<section id="metrics"><h2>Metrics</h2>
{{#each metrics}}{{> grid}}{{/each}}
{{#each perClass}}{{> grid}}{{/each}}</section>{{/if}}
{{#if quality.length}}<section id="quality"><h2>Quality</h2>
{{#each quality}}<h3>{{address}}</h3><p><span class="state {{state}}">{{verdict}}</span> {{summary}}</p>
{{#with checks}}{{> grid}}{{/with}}{{/each}}</section>{{/if}}
{{#each texts}}<section><h2>{{title}}</h2>{{#each sections}}<h3>{{heading}}</h3>{{#each (paragraphs text)}}<p>{{this}}</p>{{/each}}{{/each}}</section>
{{/each}}
<section id="steps"><h2>Steps</h2>{{#with graph}}{{> figure}}{{/with}}{{#with steps}}{{> grid}}{{/with}}</section>
{{#if params}}<section id="params"><h2>Parameters</h2>{{#with params}}{{> grid}}{{/with}}</section>{{/if}}
{{#if tables}}<section id="data"><h2>Data</h2>{{#with tables}}{{> grid}}{{/with}}
{{#each profiles}}{{> grid}}{{/each}}</section>{{/if}}
{{#if saved}}<section id="results"><h2>Results</h2>{{#with saved}}{{> grid}}{{/with}}</section>{{/if}}
{{#if others}}<section id="numbers"><h2>Other numbers</h2>{{#with others}}{{> grid}}{{/with}}</section>{{/if}}
<section id="run"><h2>Environment</h2>{{#with environment}}{{> grid}}{{/with}}</section>
{{#if digests}}<section id="digests"><h2>Digests</h2>
{{#with files}}<h3>Files that were read</h3>{{> grid}}{{/with}}
{{#with digests}}<h3>Outputs of the steps</h3>{{> grid}}{{/with}}</section>{{/if}}
{{#if head}}<section id="log"><h2>Position in the log</h2><p><code>{{head}}</code></p><p class="note">Keep this line elsewhere: with it anyone can prove later that the log was not rewritten.</p></section>{{/if}}
</main>
</body>
</html>
`;

/** One table; it scrolls by itself where it is wider than the screen. */
export const htmlGrid = `{{#if title}}<h3>{{title}}</h3>{{/if}}<div class="wide{{#if (isFew rows)}} few{{/if}}" tabindex="0"><table><thead><tr>{{#each head}}<th scope="col"{{#if numeric}} class="n"{{/if}}>{{label}}</th>{{/each}}</tr></thead><tbody>
{{#each rows}}<tr>{{#each this}}<td{{#if numeric}} class="n"{{/if}}{{#if state}} class="{{state}}"{{/if}}>{{#if bars}}{{> bars}}{{else}}{{text}}{{/if}}</td>{{/each}}</tr>
{{/each}}</tbody></table></div>{{#if note}}<p class="note">{{note}}</p>{{/if}}
`;

/** A picture with the files that hold it; on a phone a wide one scrolls by itself. */
export const htmlFigure = `<figure class="{{#if own}}own {{/if}}{{#if wide}}broad{{/if}}"><div class="wide" tabindex="0"><img src="{{embedded}}" alt="{{title}}"></div><figcaption>{{title}}<span class="files">:{{#each files}} <a href="{{this}}">{{@key}}</a>{{/each}}</span></figcaption></figure>
`;

/** Bars of the page's own colour, so that they follow dark screens and paper. */
export const htmlBars = `<svg class="bars" viewBox="0 0 ${barsWidth} ${barsHeight}" preserveAspectRatio="none" role="img" aria-label="{{bars.words}}"><title>{{bars.words}}</title><path d="{{bars.path}}"></path></svg>`;
