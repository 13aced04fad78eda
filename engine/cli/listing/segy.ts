import type { CommandSpec, OptionSpec } from '../command.js';

const file = ['<file>', 'a SEG-Y file, or with the ending .su a Seismic Unix one'] as const;
const settings: OptionSpec = {
  flags: '--with <settings>',
  description: 'settings of ingest.segy, as they stand under with: in a pipeline',
};

/** Commands for seismic files. */
export const segyCommands: readonly CommandSpec[] = [
  {
    name: 'segy',
    summary: 'Look into SEG-Y files, and find out how one of unknown making is to be read',
    examples: [
      ['toolbox segy inspect data/survey.sgy', 'headers and geometry, as they would be read'],
      ['toolbox segy doctor data/unknown.sgy', 'the settings that open it, and how sure they are'],
    ],
    commands: [
      {
        name: 'inspect',
        summary: 'Headers, geometry and oddities of a file, as ingest.segy reads it; a picture where asked',
        arguments: [file],
        options: [
          settings,
          { flags: '--trace <n>', description: 'all header fields of one trace, counted from 1, instead' },
          {
            flags: '--picture [out]',
            description:
              'draw the middle line and a map of the traces as png or svg; default: <file>-inspect.png here',
          },
        ],
        examples: [
          ['toolbox segy inspect data/survey.sgy', 'as it would be read without settings'],
          ['toolbox segy inspect data/survey.sgy --trace 1', 'every field of the first trace header'],
          ['toolbox segy inspect data/survey.sgy --picture results/survey.png', 'with a picture'],
          [
            'toolbox segy inspect data/old.sgy --with "bytes: { INLINE_3D: 9, CROSSLINE_3D: 21 }"',
            'with line numbers at other bytes',
          ],
        ],
        run: async () => (await import('../commands/segy-inspect.js')).run,
      },
      {
        name: 'doctor',
        summary:
          'Find out how a file is to be read: byte order, format, length of traces, where lines and coordinates lie; with reasons, and the settings that open it',
        arguments: [file],
        examples: [
          ['toolbox segy doctor data/unknown.sgy', 'what it finds, how sure it is, lines for with:'],
          [
            'toolbox segy doctor data/unknown.sgy --json',
            'for programs; exit status 1 where nothing can be read',
          ],
        ],
        run: async () => (await import('../commands/segy-doctor.js')).run,
      },
    ],
  },
];
