import fc from 'fast-check';

/** The same cases each time, so that a change that fails is at fault itself; a failure elsewhere names its seed. */
fc.configureGlobal({ seed: Number(process.env['FC_SEED'] ?? 20261123) });
