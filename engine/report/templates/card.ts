/** A model card as Markdown. */
export const card = `# {{md title}}
{{#each sections}}

## {{heading}}
{{#each lines}}

{{md this}}
{{/each}}
{{#each grids}}

{{> grid}}
{{/each}}
{{/each}}
`;
