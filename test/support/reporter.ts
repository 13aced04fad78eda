import type { TestCase, TestModule } from 'vitest/node';
import { DefaultReporter } from 'vitest/node';

/** Vitest's own report, then the ten slowest tests, then one summary line as the very last. */
export default class Reporter extends DefaultReporter {
  override async onTestRunEnd(...args: Parameters<DefaultReporter['onTestRunEnd']>) {
    await super.onTestRunEnd(...args);
    const [modules, errors] = args;
    const tests = modules.flatMap((module: TestModule) => [...module.children.allTests()]);
    const duration = (test: TestCase) => test.diagnostic()?.duration ?? 0;
    const slowest = [...tests].sort((a, b) => duration(b) - duration(a)).slice(0, 10);
    console.log('\nTen slowest:');
    for (const test of slowest) console.log(`${duration(test).toFixed(0).padStart(8)} ms  ${test.fullName}`);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = modules.filter(
      (module) => module.state() === 'failed' && module.errors().length > 0,
    ).length;
    const failed = count('failed') + broken + errors.length;
    console.log(`\n${count('passed')} passed, ${failed} failed, ${count('skipped')} skipped`);
  }
}
