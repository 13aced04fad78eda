import type { Overrides } from './overrides.js';

const metresAFoot = 0.3048;

/** Settings of `ingest.segy` about how a file is read: those of {@link Overrides}, the interval in s or m. */
export type ReadSettings = Omit<Overrides, 'kind' | 'domain' | 'fields'> & {
  /** `auto`, as where it is absent: SU by the ending of the name. */
  readonly kind?: 'auto' | 'segy' | 'su';
  readonly domain?: 'auto' | 'time' | 'depth';
  readonly bytes?: Overrides['fields'];
};

/**
 * What `ingest.segy` is told of the file at `path`, as the reader takes it: an interval in seconds becomes
 * milliseconds, one in metres the unit of the axis.
 */
export function overridesOf(settings: ReadSettings, path: string): Overrides {
  const { bytes, interval, kind = 'auto', domain = 'auto' } = settings;
  const depth = domain === 'depth' || settings.unit === 'm' || settings.unit === 'ft';
  // An interval that is given in metres says what the axis is in, whatever unit the file states.
  const unit = settings.unit ?? (depth && interval !== undefined ? 'm' : undefined);
  return {
    kind: kind === 'su' || (kind === 'auto' && /\.su$/i.test(path)) ? 'su' : 'segy',
    ...pick(settings),
    ...(domain !== 'auto' && { domain }),
    ...(bytes && { fields: bytes }),
    ...(unit && { unit }),
    ...(interval !== undefined && {
      interval: !depth ? interval * 1000 : unit === 'ft' ? interval / metresAFoot : interval,
    }),
  };
}

const names = [
  'endian',
  'format',
  'samples',
  'text_encoding',
  'extended_headers',
  'extra_trace_headers',
  'first_trace',
  'coordinate_scalar',
  'truncated',
] as const;

/** The settings that mean the same to component and reader; `path`, `window` and the like are left out. */
const pick = (settings: ReadSettings): Overrides =>
  Object.fromEntries(names.flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]])));
