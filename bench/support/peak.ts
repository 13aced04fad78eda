/** Loaded before a program (`node --import`): tells its peak resident memory, in bytes, on standard error as it ends. */
process.on('exit', () => process.stderr.write(`peak ${process.resourceUsage().maxRSS * 1024}\n`));
