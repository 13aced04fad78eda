/** The report as Markdown; \`md\` makes text of data harmless in it. */
export const markdown = `# {{md title}}: {{status}}

{{md subtitle}}

**Asked.** {{md answer.asked}}

**Answer.**{{#each answer.answer}} {{md this}}{{/each}}

**Against a baseline.**{{#each answer.worth}} {{md this}}{{/each}}

**What to doubt.**

{{#each answer.doubt}}
- {{md this}}
{{/each}}

**What to do next.**

{{#each answer.next}}
- {{md this}}
{{/each}}
{{#if problems.length}}

## Problems and warnings

{{#each problems}}
- **{{severity}}** {{md message}}{{#if hint}} — {{md hint}}{{/if}} ({{md where}}, {{code}})
{{/each}}
{{/if}}
{{#if figures.length}}

## Figures
{{#each figures}}

{{> figure}}
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
{{#if quality.length}}

## Quality
{{#each quality}}

### {{md address}}

**{{md verdict}}** {{md summary}}
{{#with checks}}

{{> grid}}
{{/with}}
{{/each}}
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
{{#with graph}}

{{> figure}}
{{/with}}

{{#with steps}}
{{> grid}}
{{/with}}
{{#if params}}

## Parameters

{{#with params}}
{{> grid}}
{{/with}}
{{/if}}
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
{{#if others}}

## Other numbers

{{#with others}}
{{> grid}}
{{/with}}
{{/if}}

## Environment

{{#with environment}}
{{> grid}}
{{/with}}
{{#if digests}}

## Digests
{{#with files}}

### Files that were read

{{> grid}}
{{/with}}
{{#with digests}}

### Outputs of the steps

{{> grid}}
{{/with}}
{{/if}}
{{#if head}}

## Position in the log

{{md head}}. Keep this line elsewhere: with it anyone can prove later that the log was not rewritten.
{{/if}}
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

export const markdownFigure = `![{{md title}}]({{#if files.png}}{{files.png}}{{else}}{{files.svg}}{{/if}})

{{md title}}:{{#each files}} [{{@key}}]({{this}}){{/each}}
`;
