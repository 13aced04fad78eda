import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import type { AnyDefinition } from '../component.js';
import { infoOf } from '../info.js';
import { checkDefinition } from './definition.js';
import { WorkerDoor } from './door.js';
import { type Call, type FromWorker, faultOf, type ToWorker } from './protocol.js';

/** The entry point of a component's thread: loads the module, serves one call after the other. */
const port = parentPort!;
const send = (message: FromWorker) => port.postMessage(message);
const states = new Map<number, unknown>();
let door: WorkerDoor | undefined;

// What the code prints must not mix with results on stdout, and is shown beside the step that it belongs to.
for (const stream of ['stdout', 'stderr'] as const)
  process[stream].write = (chunk: unknown, ...rest: unknown[]) => {
    send({
      type: 'output',
      stream,
      text: typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString(),
    });
    const written = rest.at(-1);
    if (typeof written === 'function') queueMicrotask(() => written());
    return true;
  };

const load = async (module: string): Promise<AnyDefinition> =>
  ((await import(pathToFileURL(module).href)) as { default: AnyDefinition }).default;

async function describe(module: string, implementation: string): Promise<unknown> {
  const definition = (await load(module)) as AnyDefinition | undefined;
  const wrong = checkDefinition(definition);
  return wrong === undefined ? { info: infoOf(definition!, module, implementation) } : { wrong };
}

async function serve(call: Call): Promise<unknown> {
  for (const id of call.forget ?? []) states.delete(id);
  if (call.state && 'value' in call.state) states.set(call.state.id, call.state.value);
  const definition = (await load(call.module)) as unknown as {
    readonly [method: string]: (...args: unknown[]) => unknown;
  };
  door = new WorkerDoor(send, call);
  const args = door.packer.unpack(call.args) as unknown[];
  const given = call.state ? [states.get(call.state.id), ...args] : args;
  const context =
    call.method === 'run' ? { ...door.context(), ...door.capabilities(call.needs), in: args[0] } : undefined;
  const value = context
    ? await definition['run']!(context)
    : await definition[call.method]!(door.context(), ...given);
  await door.settled();
  // What was learned goes as it is: it is no table, and may be large.
  if (call.method === 'fit') return value;
  if (call.method !== 'fitApply') return door.packer.pack(value);
  const { state, frame } = value as { state: unknown; frame: unknown };
  return { state, frame: door.packer.pack(frame) };
}

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'describe':
      finish(describe(message.module, message.implementation));
      return;
    case 'call':
      finish(serve(message));
      return;
    case 'abort':
      door?.abort();
      return;
    case 'answer':
    case 'tick':
      door?.receive(message);
      return;
  }
});

function finish(work: Promise<unknown>): void {
  work
    .then((value) => send({ type: 'done', value }))
    .catch((error: unknown) => send({ type: 'done', fault: faultOf(error) }));
}
