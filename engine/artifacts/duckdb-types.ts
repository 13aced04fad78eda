import type { DuckDBConnection } from '@duckdb/node-api';
import { type QueryColumn, quoteName, quoteText } from './duckdb.js';
import type { ColumnType } from './schema.js';

/** A column of a relation that is not what it should be, or that is read otherwise than it lies there. */
export interface TypeRemark {
  readonly column: string;
  readonly kind: 'refused' | 'note';
  readonly message: string;
  readonly hint: string;
}

export interface QueryPlan {
  readonly columns: readonly QueryColumn[];
  readonly rows: number;
  readonly remarks: readonly TypeRemark[];
}

interface Candidate {
  readonly name: string;
  /** Expression of the column as it lies there. */
  readonly at: string;
  /** DuckDB's name of its type. */
  readonly type: string;
}

export interface QueryOptions {
  /** Types that the person gave, by column. */
  readonly asked: ReadonlyMap<string, ColumnType>;
  /** Columns to read; all if absent. */
  readonly only?: readonly string[] | undefined;
  /** Take text columns in which all is 2024-01-31T12:00:00+01:00 for times: of formats that have no type for them. */
  readonly times?: boolean;
}

/**
 * How to read the columns of a DuckDB relation. Structs become columns `outer.inner`; lists of numbers of one length
 * become vectors; other nested values become JSON text. Whole numbers past ±2^53 are refused, since float64 cannot hold
 * them.
 */
export async function planQuery(
  connection: DuckDBConnection,
  relation: string,
  { asked, only, times = false }: QueryOptions,
): Promise<QueryPlan> {
  const candidates = (await describe(connection, relation))
    .filter((column) => !only || only.includes(column.name))
    .flatMap(flattened);
  const remarks: TypeRemark[] = [];
  const facts = await factsOf(connection, relation, candidates, times);
  const columns = candidates.map((candidate, i) => {
    const fact = facts.columns[i]!;
    const found = asked.get(candidate.name) ?? typeOf(candidate, fact);
    const type = found === 'json' ? 'string' : found;
    if (found === 'json')
      remarks.push({
        column: candidate.name,
        kind: 'note',
        message: `holds ${candidate.type}, which is read as JSON text`,
        hint: 'leave it out with select:, or take it apart before',
      });
    if (found === 'int64' && fact.large)
      remarks.push({
        column: candidate.name,
        kind: 'refused',
        message: 'holds whole numbers past ±2^53, which would lose their last digits',
        hint: `read them as text: columns: { ${candidate.name}: { type: string } }`,
      });
    const field = {
      name: candidate.name,
      type,
      role: 'feature' as const,
      nullable: fact.nulls,
      ...(type === 'vector' && { width: fact.length! }),
    };
    return { field, sql: expression(candidate, type) };
  });
  return { columns, rows: facts.rows, remarks };
}

async function describe(connection: DuckDBConnection, relation: string): Promise<Candidate[]> {
  const reader = await connection.runAndReadAll(`describe select * from ${relation}`);
  return reader.getRowObjectsJson().map((row) => {
    const name = String(row['column_name']);
    return { name, at: quoteName(name), type: String(row['column_type']) };
  });
}

/** Members of structs, as columns of their own. */
function flattened({ name, at, type }: Candidate): Candidate[] {
  if (!type.startsWith('STRUCT(') || !type.endsWith(')')) return [{ name, at, type }];
  return membersOf(type.slice('STRUCT('.length, -1)).flatMap((member) =>
    flattened({
      name: `${name}.${member.name}`,
      at: `struct_extract(${at}, ${quoteText(member.name)})`,
      type: member.type,
    }),
  );
}

/** `a BIGINT, "b c" STRUCT(x INTEGER)[]` taken apart at the commas of the outermost level. */
function membersOf(text: string): { name: string; type: string }[] {
  const members: string[] = [];
  let depth = 0;
  let quoted = false;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (c === ',' && depth === 0) {
      members.push(text.slice(from, i));
      from = i + 1;
    }
  }
  members.push(text.slice(from));
  return members.map((member) => {
    const [, quotedName, plainName, type] = /^\s*(?:"((?:[^"]|"")*)"|(\S+))\s+(.*)$/s.exec(member)!;
    return { name: quotedName?.replaceAll('""', '"') ?? plainName!, type: type! };
  });
}

interface Fact {
  readonly nulls: boolean;
  /** Whole numbers past ±2^53. */
  readonly large: boolean;
  /** Text that is ISO 8601 time throughout. */
  readonly timed: boolean;
  /** Length that all lists have. */
  readonly length?: number;
}

const numberList =
  /^(TINYINT|SMALLINT|INTEGER|BIGINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|FLOAT|DOUBLE|DECIMAL\([\d,]+\))\[\d*\]$/;
const wide = /^(BIGINT|UINTEGER|UBIGINT|HUGEINT|UHUGEINT)$/;

const isoTime = '\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}(:\\d{2}([.]\\d+)?)?(Z|[+-]\\d{2}(:?\\d{2})?)?';

/** One pass over what is not known from the types: nulls, large numbers, lengths of lists. */
async function factsOf(
  connection: DuckDBConnection,
  relation: string,
  candidates: readonly Candidate[],
  times: boolean,
) {
  const asked = candidates.flatMap(({ at, type }) => [
    `count(${at})`,
    wide.test(type) ? `max(abs(${at}::HUGEINT)) > 9007199254740991` : 'false',
    numberList.test(type) ? `min(len(${at}))` : 'null',
    numberList.test(type) ? `max(len(${at}))` : 'null',
    times && type === 'VARCHAR' ? `bool_and(regexp_full_match(${at}, '${isoTime}'))` : 'false',
  ]);
  const reader = await connection.runAndReadAll(
    `select ${['count(*)', ...asked].join(', ')} from ${relation}`,
  );
  const [total, ...found] = reader.getRowsJson()[0]!;
  const rows = Number(total);
  const columns = candidates.map((_, i): Fact => {
    const [count, large, shortest, longest, timed] = found.slice(5 * i, 5 * i + 5);
    const length = shortest === null || shortest !== longest ? undefined : Number(shortest);
    return {
      nulls: Number(count) < rows,
      large: large === true,
      timed: timed === true,
      ...(length !== undefined && length > 0 && { length }),
    };
  });
  return { rows, columns };
}

function typeOf({ type }: Candidate, fact: Fact): ColumnType | 'json' {
  if (fact.timed) return 'timestamp';
  if (numberList.test(type)) return fact.length === undefined ? 'json' : 'vector';
  if (wide.test(type)) return 'int64';
  if (/^(TINYINT|SMALLINT|INTEGER|UTINYINT|USMALLINT)$/.test(type)) return 'int32';
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (decimal) return Number(decimal[2]) === 0 && Number(decimal[1]) <= 15 ? 'int64' : 'float64';
  switch (type) {
    case 'DOUBLE':
      return 'float64';
    case 'FLOAT':
      return 'float32';
    case 'BOOLEAN':
      return 'bool';
    case 'DATE':
      return 'date';
    case 'TIMESTAMP':
    case 'TIMESTAMP_S':
    case 'TIMESTAMP_MS':
    case 'TIMESTAMP_NS':
    case 'TIMESTAMP WITH TIME ZONE':
      return 'timestamp';
    default:
      return /[[(]|^MAP|^UNION/.test(type) && !type.startsWith('ENUM') ? 'json' : 'string';
  }
}

/** The expression that gives a column in the form that `queryFrames` takes. */
function expression({ at, type }: Candidate, to: ColumnType): string {
  switch (to) {
    case 'float64':
    case 'int64':
      return `cast(${at} as DOUBLE)`;
    case 'float32':
      return `cast(${at} as FLOAT)`;
    case 'int32':
      return `cast(${at} as INTEGER)`;
    case 'bool':
      return `cast(cast(${at} as BOOLEAN) as UTINYINT)`;
    case 'date':
      return `cast(cast(${at} as DATE) - DATE '1970-01-01' as INTEGER)`;
    case 'timestamp':
      return `cast(epoch_us(${type.startsWith('TIMESTAMP') ? at : `cast(${at} as TIMESTAMP WITH TIME ZONE)`}) as DOUBLE)`;
    case 'vector':
      return `cast(${at} as FLOAT[])`;
    case 'string':
      if (type === 'JSON') return `${at} ->> '$'`;
      return /[[(]|^MAP|^UNION/.test(type) && !/^(ENUM|DECIMAL)/.test(type)
        ? `cast(to_json(${at}) as VARCHAR)`
        : `cast(${at} as VARCHAR)`;
  }
}
