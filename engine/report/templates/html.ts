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
{{#if answer.worth.length}}<dt>Its worth</dt><dd>{{#each answer.worth}}<p>{{this}}</p>{{/each}}</dd>{{/if}}
{{#if answer.doubt.length}}<dt>What to doubt</dt><dd>{{#each answer.doubt}}<p>{{this}}</p>{{/each}}</dd>{{/if}}
{{#if answer.next.length}}<dt>What to do next</dt><dd>{{#each answer.next}}<p>{{this}}</p>{{/each}}</dd>{{/if}}
</dl>
<nav>{{#if figures.length}}<a href="#figures">Figures</a>{{/if}}{{#if metrics.length}}<a href="#metrics">Metrics</a>{{/if}}<a href="#steps">Steps</a>{{#if tables}}<a href="#data">Data</a>{{/if}}{{#if problems.length}}<a href="#problems">Problems and warnings</a>{{/if}}{{#if saved}}<a href="#results">Results</a>{{/if}}<a href="#run">Environment</a></nav>
</header>
{{#if problems.length}}<section id="problems"><h2>Problems and warnings</h2>
{{#each problems}}<div class="notice {{#if (isError severity)}}bad{{else}}unsure{{/if}}"><p>{{message}}</p>{{#if hint}}<p>{{hint}}</p>{{/if}}<p class="where">{{where}} [{{code}}]</p></div>
{{/each}}</section>{{/if}}
{{#if figures.length}}<section id="figures"><h2>Figures</h2><div class="pair">
{{#each figures}}<figure{{#if own}} class="own"{{/if}}><img src="{{embedded}}" alt="{{title}}"><figcaption>{{title}}:{{#each files}} <a href="{{this}}">{{@key}}</a>{{/each}}</figcaption></figure>
{{/each}}</div></section>{{/if}}
{{#if metrics.length}}<section id="metrics"><h2>Metrics</h2>
{{#each metrics}}{{> grid}}{{/each}}
{{#each perClass}}{{> grid}}{{/each}}</section>{{/if}}
{{#if others}}<section id="numbers"><h2>Other numbers</h2>{{#with others}}{{> grid}}{{/with}}</section>{{/if}}
{{#each texts}}<section><h2>{{title}}</h2>{{#each sections}}<h3>{{heading}}</h3>{{#each (paragraphs text)}}<p>{{this}}</p>{{/each}}{{/each}}</section>
{{/each}}
<section id="steps"><h2>Steps</h2>{{#with steps}}{{> grid}}{{/with}}</section>
{{#if tables}}<section id="data"><h2>Data</h2>{{#with tables}}{{> grid}}{{/with}}
{{#each profiles}}{{> grid}}{{/each}}</section>{{/if}}
{{#if saved}}<section id="results"><h2>Results</h2>{{#with saved}}{{> grid}}{{/with}}</section>{{/if}}
<section id="run"><h2>Parameters and environment</h2>
{{#with params}}{{> grid}}{{/with}}
{{#with environment}}{{> grid}}{{/with}}
{{#if head}}<h3>Position in the log</h3><p><code>{{head}}</code></p><p class="note">Keep this line elsewhere: with it anyone can prove later that the log was not rewritten.</p>{{/if}}
{{#with digests}}<h3>Digests of the outputs</h3>{{> grid}}{{/with}}</section>
</main>
</body>
</html>
`;

/** One table; it scrolls by itself where it is wider than the screen. */
export const htmlGrid = `{{#if title}}<h3>{{title}}</h3>{{/if}}<div class="wide"><table><thead><tr>{{#each head}}<th scope="col"{{#if numeric}} class="n"{{/if}}>{{label}}</th>{{/each}}</tr></thead><tbody>
{{#each rows}}<tr>{{#each this}}<td{{#if numeric}} class="n"{{/if}}{{#if state}} class="{{state}}"{{/if}}>{{text}}</td>{{/each}}</tr>
{{/each}}</tbody></table></div>{{#if note}}<p class="note">{{note}}</p>{{/if}}
`;
