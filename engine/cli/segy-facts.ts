import { fieldWidth, type HeaderField } from '../../components/lib/segy/fields.js';
import type { Lines } from '../../components/lib/segy/geometry.js';
import type { Survey } from '../../components/lib/segy/inspect/survey.js';
import type { Layout } from '../../components/lib/segy/layout.js';
import { formatName, sampleBytes } from '../../components/lib/segy/samples.js';
import { short } from './print.js';
import { bytes } from './terminal.js';

/** What a SEG-Y file holds and where, as lines of name and words. */
export function factsOf(layout: Layout, survey?: Survey): string[][] {
  const { trace, axis, kind, revision, trailerBytes, trailingBytes, extendedText } = layout;
  const end = axis.start + (trace.samples - 1) * axis.step;
  const more = [
    ...(extendedText.length > 0 ? [`${extendedText.length} extended text headers`] : []),
    ...(layout.extraTraceHeaders > 0 ? [`${layout.extraTraceHeaders} extra trace headers`] : []),
    ...(trailerBytes > 0 ? [`${trailerBytes} bytes of data trailer`] : []),
    ...(trailingBytes > 0 ? [`${trailingBytes} bytes left over`] : []),
  ];
  return [
    ['size', [bytes(layout.size), ...more].join(', ')],
    ['revision', kind === 'su' ? 'SU: traces without file header' : `SEG-Y ${revision.join('.')}`],
    [
      'samples',
      `${trace.samples} a trace, ${formatName(trace.format)} (format ${trace.format}, ${sampleBytes(trace.format)} bytes), ${trace.endian} endian`,
    ],
    [
      'axis',
      `${axis.unit === 'samples' ? 'no interval known: ' : `${axis.domain}, `}${short(axis.start)} … ${short(end)} ${axis.unit}, every ${short(axis.step)}${axis.unit === 'samples' ? '' : ` ${axis.unit}`}`,
    ],
    ['traces', `${trace.traces}, ${trace.stride} bytes each, the first at byte ${trace.firstTrace + 1}`],
    ...(survey ? surveyFacts(layout, survey) : []),
  ];
}

function surveyFacts({ fields }: Layout, survey: Survey): string[][] {
  const { geometry, all, fold } = survey;
  const { kind, prestack, sorting, regular, inlines, crosslines, offsets, cdps, bins, missing } = geometry;
  const shape = { '3d': '3-D', '2d': '2-D', none: 'no line or grid found' }[kind];
  return [
    [
      'geometry',
      [
        shape,
        ...(sorting && kind !== 'none' ? [`sorted by ${sorting}`] : []),
        ...(prestack ? ['prestack'] : []),
        ...(regular ? ['every place filled alike'] : []),
      ].join(', '),
    ],
    ['inlines', `${linesText(inlines)} ${at(fields['INLINE_3D']!)}`],
    ['crosslines', `${linesText(crosslines)} ${at(fields['CROSSLINE_3D']!)}`],
    ...(cdps ? [['CDPs', `${linesText(cdps)} ${at(fields['CDP']!)}`]] : []),
    ['offsets', `${linesText(offsets)} ${at(fields['offset']!)}`],
    ['fold', fold[0] === fold[1] ? String(fold[0]) : `${fold[0]} … ${fold[1]}`],
    ...(all && missing > 0 ? [['missing', `${missing} of ${bins} places`]] : []),
    ...placeFacts(fields, survey),
  ];
}

function placeFacts(fields: Layout['fields'], survey: Survey): string[][] {
  const { coordinates, x, y, scalars, geometry, line } = survey;
  if (coordinates === 'none' || !x || !y) return [['coordinates', 'none']];
  const { grid, binSize } = geometry;
  const { CDP_X, CDP_Y } = fields;
  const from = {
    cdp: `CDP, bytes ${CDP_X!.byte} and ${CDP_Y!.byte}`,
    midpoint: 'halfway between source and group',
    source: 'of the source',
    group: 'of the group',
  }[coordinates];
  return [
    ['X', `${short6(x.from)} … ${short6(x.to)}`],
    ['Y', `${short6(y.from)} … ${short6(y.to)} (${from}; scalar ${scalars.join(', ')})`],
    ...(grid && binSize
      ? [
          [
            'bins',
            `${short(binSize.inline)} between inlines, ${short(binSize.crossline)} between crosslines; off the grid by ${short(grid.residual.rms)} (rms)`,
          ],
          [
            'azimuth',
            `inlines run ${grid.rotation.toFixed(1)}° from north, ${grid.angle.toFixed(1)}° to crosslines`,
          ],
        ]
      : []),
    ...(!grid && line
      ? [['azimuth', `${line.azimuth.toFixed(1)}° from north, ${short(line.spacing)} from trace to trace`]]
      : []),
  ];
}

/** Coordinates are long numbers whose last digits count. */
const short6 = (value: number): string => String(Number(value.toFixed(2)));

const linesText = ({ first, last, step, values }: Lines): string =>
  values.length === 1 ? String(first) : `${first} … ${last}, step ${step}, ${values.length} in all`;

const at = ({ byte, type }: HeaderField): string => `(bytes ${byte}–${byte + fieldWidth[type] - 1})`;
