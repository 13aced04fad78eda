/** What moved between two runs, as one page like the report. */
export const diff = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{{title}}</title>
<style>{{> style}}</style>
</head>
<body>
<main>
<header>
<h1>{{title}}</h1>
<p class="sub">{{subtitle}}</p>
<dl class="short">
<dt>What moved</dt><dd class="answer">{{#each words.moved}}<p>{{this}}</p>{{/each}}</dd>
<dt>What changed</dt><dd>{{#each words.changed}}<p>{{this}}</p>{{/each}}</dd>
<dt>What to doubt</dt><dd>{{#each words.doubt}}<p>{{this}}</p>{{/each}}</dd>
<dt>What to do next</dt><dd>{{#each words.next}}<p>{{this}}</p>{{/each}}</dd>
</dl>
<nav aria-label="Parts of this page">{{#if figures.length}}<a href="#figures">Figures</a> {{/if}}{{#each sections}}<a href="#{{id}}">{{heading}}</a> {{/each}}</nav>
</header>
{{#if figures.length}}<section id="figures"><h2>Figures</h2><div class="pair">
{{#each figures}}<figure{{#if own}} class="own"{{/if}}><div class="wide" tabindex="0"><img src="{{embedded}}" alt="{{title}}"></div><figcaption>{{title}}</figcaption></figure>
{{/each}}</div></section>{{/if}}
{{#each sections}}<section id="{{id}}"><h2>{{heading}}</h2>{{#with grid}}{{> grid}}{{/with}}</section>
{{/each}}
</main>
</body>
</html>
`;
