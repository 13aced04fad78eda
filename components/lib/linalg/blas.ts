import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gemmModel } from './gemm-model.js';

/**
 * Matrix products of ONNX Runtime, where a person has installed `onnxruntime-node`: float32 with the widest vectors of
 * the processor, five to ten times as fast as WebAssembly's 128 bits in float64. One thread each: kernels run it on the
 * threads of their pool, so the bytes do not depend on how many there are; they do depend on the processor and on the
 * version, which is part of a step's key.
 */
export interface Blas {
  /** A Bᵀ, m × n by rows, of A, m × depth, and B, n × depth, by rows; neither on shared memory, no size 0. */
  multiply(a: Float32Array<ArrayBuffer>, b: Float32Array<ArrayBuffer>, depth: number): Promise<Float32Array>;
}

/** Whether the package is installed with a library for this platform; nothing is loaded. */
export function blasInstalled(): boolean {
  try {
    const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
    const folder = join(dirname(entry), '..', 'bin', 'napi-v6', process.platform, process.arch);
    return existsSync(join(folder, 'onnxruntime_binding.node'));
  } catch {
    return false;
  }
}

let loads: boolean | undefined;

/** Whether the library that is installed can be loaded, which is tried once: on systems without glibc it cannot. */
export function blasLoads(): boolean {
  if (loads === undefined) {
    try {
      createRequire(import.meta.url)('onnxruntime-node');
      loads = true;
    } catch {
      loads = false;
    }
  }
  return loads;
}

let loaded: Promise<Blas> | undefined;

/** The products for this thread; some 50 ms at the first call. Rejects where `blasLoads` is false. */
export function loadBlas(): Promise<Blas> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Blas> {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(gemmModel(), { intraOpNumThreads: 1, interOpNumThreads: 1 });
  return {
    async multiply(a, b, depth) {
      const matrix = (data: Float32Array<ArrayBuffer>) =>
        new Tensor('float32', data, [data.length / depth, depth]);
      const { C } = await session.run({ A: matrix(a), B: matrix(b) });
      return C!.data as Float32Array;
    },
  };
}
