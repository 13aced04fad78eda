#!/usr/bin/env node
import { readFileSync } from 'node:fs';

// A reader that has seen enough (`toolbox … | head`) is no fault.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });

// The answers that must cost nothing are given before anything else is loaded.
const [first, ...words] = process.argv.slice(2);
if (first === '--version' || first === '-V') {
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  console.log((JSON.parse(manifest) as { version: string }).version);
} else if (first === '__complete') {
  const { complete } = await import('./completion/complete.js');
  for (const { value, note = '' } of complete(words)) process.stdout.write(`${value}\t${note}\n`);
} else {
  const { main } = await import('./main.js');
  process.exitCode = await main(process.argv.slice(2));
}
