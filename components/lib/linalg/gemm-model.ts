/**
 * An ONNX model of one node, C = A Bᵀ in float32 for matrices of any size (operator Gemm of opset 13), in the wire
 * format of Protocol Buffers. Numbers of fields are those of onnx.proto, IR version 8.
 */
export function gemmModel(): Uint8Array {
  const value = (name: string) => {
    const dimensions = ['rows', 'columns'].map((side) => part(1, text(2, `${name}.${side}`)));
    const tensor = part(1, number(1, FLOAT), part(2, ...dimensions));
    return [text(1, name), part(2, tensor)];
  };
  const transB = part(5, text(1, 'transB'), number(3, 1), number(20, INT));
  const gemm = part(1, text(1, 'A'), text(1, 'B'), text(2, 'C'), text(4, 'Gemm'), transB);
  const [a, b, c] = ['A', 'B', 'C'].map(value);
  const graph = part(7, gemm, text(2, 'product'), part(11, ...a!), part(11, ...b!), part(12, ...c!));
  return Uint8Array.from([...number(1, 8), ...graph, ...part(8, text(1, ''), number(2, 13))]);
}

/** TensorProto.DataType and AttributeProto.AttributeType. */
const FLOAT = 1;
const INT = 2;

/** Little end first, seven bits a byte, the eighth set where more follow. */
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
const number = (field: number, value: number): number[] => [...varint(field << 3), ...varint(value)];
function part(field: number, ...parts: readonly (readonly number[])[]): number[] {
  const bytes = parts.flat();
  return [...varint((field << 3) | 2), ...varint(bytes.length), ...bytes];
}
const text = (field: number, value: string): number[] => part(field, [...new TextEncoder().encode(value)]);
