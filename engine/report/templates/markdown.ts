/** The report as Markdown; \`md\` makes text of data harmless in it. */
export const markdown = `# {{md title}}: {{status}}

{{md subtitle}}

**Asked.** {{md answer.asked}}

**Answer.**{{#each answer.answer}} {{md this}}{{/each}}
{{#if answer.worth.length}}

**Its worth.**{{#each answer.worth}} {{md this}}{{/each}}
{{/if}}
{{#if answer.doubt.length}}

**What to doubt.**

{{#each answer.doubt}}
- {{md this}}
{{/each}}
{{/if}}
{{#if answer.next.length}}

**What to do next.**

{{#each answer.next}}
- {{md this}}
{{/each}}
{{/if}}
{{#if problems.length}}

## Problems and warnings

{{#each problems}}
- **{{severity}}** {{md message}}{{#if hint}} — {{md hint}}{{/if}} ({{md where}}, {{code}})
{{/each}}
{{/if}}
{{#if figures.length}}

## Figures
{{#each figures}}

![{{md title}}]({{#if files.png}}{{files.png}}{{else}}{{files.svg}}{{/if}})

{{md title}}:{{#each files}} [{{@key}}]({{this}}){{/each}}
{{/each}}
{{/if}}
{{#if metrics.length}}

## Metrics
{{#each metrics}}

{{> grid}}
{{/each}}
{{#each perClass}}

{{> grid}}
{{/each}}
{{/if}}
{{#if others}}

## Other numbers

{{#with others}}
{{> grid}}
{{/with}}
{{/if}}
{{#each texts}}

## {{md title}}
{{#each sections}}

### {{md heading}}
{{#each (paragraphs text)}}

{{md this}}
{{/each}}
{{/each}}
{{/each}}

## Steps

{{#with steps}}
{{> grid}}
{{/with}}
{{#if tables}}

## Data

{{#with tables}}
{{> grid}}
{{/with}}
{{#each profiles}}

{{> grid}}
{{/each}}
{{/if}}
{{#if saved}}

## Results

{{#with saved}}
{{> grid}}
{{/with}}
{{/if}}

## Parameters and environment

{{#with params}}
{{> grid}}

{{/with}}
{{#with environment}}
{{> grid}}
{{/with}}
{{#if head}}

Position in the log: {{md head}}. Keep this line elsewhere: with it anyone can prove later that the log was not rewritten.
{{/if}}
{{#with digests}}

### Digests of the outputs

{{> grid}}
{{/with}}
`;

export const markdownGrid = `{{#if title}}
### {{md title}}

{{/if}}
|{{#each head}} {{md label}} |{{/each}}
|{{#each head}} {{#if numeric}}---:{{else}}---{{/if}} |{{/each}}
{{#each rows}}
|{{#each this}} {{md text}} |{{/each}}
{{/each}}
{{#if note}}

{{md note}}
{{/if}}
`;
