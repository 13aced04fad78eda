import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitepress';

const reference = readdirSync(new URL('../reference/', import.meta.url))
  .filter((name) => name.endsWith('.md') && name !== 'README.md' && name !== 'commands.md')
  .map((name) => name.slice(0, -3));

/** The site of these pages: `npm run docs`, then open docs/.vitepress/dist. Search is built in and asks no server. */
export default defineConfig({
  title: 'toolbox',
  description: 'From data to a governed, monitored model with one YAML file',
  // Pages that are read on the repository too link to their neighbours as files.
  rewrites: { 'reference/README.md': 'reference/index.md' },
  markdown: {
    // Expressions in code are text of ours, none of the site's.
    config: (md) => {
      const inline = md.renderer.rules.code_inline!;
      md.renderer.rules.code_inline = (...args) => inline(...args).replace('<code', '<code v-pre');
      const plain = md.renderer.rules.text!;
      md.renderer.rules.text = (...args) => plain(...args).replaceAll('{{', '&#123;&#123;');
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Tutorials', link: '/tutorials/geoscientist' },
      { text: 'Guides', link: '/data' },
      { text: 'Reference', link: '/reference/' },
      { text: 'Troubleshooting', link: '/problems' },
    ],
    sidebar: [
      {
        text: 'Tutorials',
        items: [
          { text: 'A survey of your own', link: '/tutorials/geoscientist' },
          { text: 'A table of your own', link: '/tutorials/data-scientist' },
          { text: 'In continuous integration', link: '/tutorials/ml-engineer' },
          { text: 'Checking somebody’s run', link: '/tutorials/auditor' },
        ],
      },
      {
        text: 'Guides',
        items: [
          { text: 'A first look at a survey', link: '/explore' },
          { text: 'Data in, checked, out', link: '/data' },
          { text: 'SEG-Y files', link: '/segy' },
          { text: 'Contracts', link: '/contracts' },
          { text: 'Leakage', link: '/leakage' },
          { text: 'Models', link: '/models' },
          { text: 'Forecasting', link: '/forecasting' },
          { text: 'Should-cost', link: '/should-cost' },
          { text: 'Versions and stages', link: '/registry' },
          { text: 'Serving', link: '/serving' },
          { text: 'Tests of pipelines', link: '/testing' },
          { text: 'The report', link: '/report' },
          { text: 'Sharing and undo', link: '/sharing' },
          { text: 'The command line', link: '/command-line' },
          { text: 'Adding a component', link: '/adding-a-component' },
        ],
      },
      {
        text: 'Reference',
        items: [
          { text: 'Commands', link: '/reference/commands' },
          { text: 'All components', link: '/reference/' },
          ...reference.map((name) => ({ text: name, link: `/reference/${name}` })),
          { text: 'Troubleshooting', link: '/problems' },
        ],
      },
      {
        text: 'The project',
        items: [
          { text: 'Architecture', link: '/architecture' },
          { text: 'Parity', link: '/parity' },
          { text: 'Dependencies', link: '/dependencies' },
        ],
      },
    ],
  },
});
