import { ReadableStream } from 'node:stream/web';
import { encodeFrames } from '../artifacts/arrow.js';
import type { Frame } from '../artifacts/frame.js';
import type { Field, TableSchema } from '../artifacts/schema.js';
import type { Table } from '../artifacts/table.js';

const groupRows = 65_536;
const groupBytes = 16 * 2 ** 20;

/** Rows a row group: fewer where rows are wide, so that no more than one group of traces is held. */
function rowsPerGroup(schema: TableSchema): number {
  const bytes = schema.fields.reduce((sum, field: Field) => sum + 4 * (field.width ?? 2), 0);
  return Math.max(1, Math.min(groupRows, Math.floor(groupBytes / bytes)));
}

/** A table as Parquet (zstd, one row group after the other, in bounded memory); vectors are lists of fixed length. */
export async function* parquetOf(
  table: Pick<Table, 'schema' | 'rows' | 'frame' | 'batches'>,
): AsyncGenerator<Uint8Array> {
  const {
    Compression,
    Table: WasmTable,
    transformParquetStream,
    WriterPropertiesBuilder,
    writeParquet,
  } = await import('parquet-wasm');
  const rows = rowsPerGroup(table.schema);
  const properties = new WriterPropertiesBuilder()
    .setCompression(Compression.ZSTD)
    .setMaxRowGroupSize(rows)
    .build();
  const encoded = async (frame: Frame) => WasmTable.fromIPCStream(await encodeFrames(table.schema, [frame]));
  // The stream learns the columns from its first batch, so a table without rows goes the other way.
  if (table.rows === 0) {
    yield writeParquet(await encoded(await table.frame()), properties);
    return;
  }
  const frames = table.batches({ rows })[Symbol.asyncIterator]();
  const batches = new ReadableStream({
    async pull(controller) {
      const { value: frame, done } = await frames.next();
      if (done) controller.close();
      else controller.enqueue((await encoded(frame)).recordBatch(0));
    },
  });
  const file = (await transformParquetStream(
    batches as never,
    properties,
  )) as unknown as ReadableStream<Uint8Array>;
  yield* file;
}
