/**
 * A reporter for vitest that writes what became of each test file to the file that `CHAOS_TEST_OUTCOME` names, with the reasons also
 * of what failed outside of a test: a hook, or the file itself. `npm test` tells these at the very end of its output.
 */
import { writeFileSync } from 'node:fs';
import type { SerializedError } from 'vitest';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { z } from 'zod';

const REASON_LINES = 30;

const named = z.object({ name: z.string(), reason: z.string() });
const fileOutcome = z.object({
  file: z.string(),
  passed: z.int(),
  skipped: z.array(z.string()),
  failed: z.array(named),
  secondTries: z.array(named),
});

/** What became of the tests of one file; `passed` is a number of tests, and `failed` has one entry for each test, hook or file. */
export type FileOutcome = z.infer<typeof fileOutcome>;

/** `unhandled`: errors that nobody waited for, and of which it is not known in which file they arose. */
export const testOutcome = z.object({ files: z.array(fileOutcome), unhandled: z.array(z.string()) });

export const OUTCOME_FILE = 'CHAOS_TEST_OUTCOME';

export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env[OUTCOME_FILE];
    if (file === undefined) throw new Error(`${OUTCOME_FILE} names no file.`);
    const isOfNone = ({ VITEST_TEST_PATH: path }: SerializedError): boolean =>
      modules.every((one) => one.moduleId !== path);
    const outcome: z.infer<typeof testOutcome> = {
      files: modules.map((module) => outcomeOf(module, unhandled)),
      unhandled: unhandled.filter(isOfNone).map(reasonOf),
    };
    writeFileSync(file, JSON.stringify(outcome));
  }
}

function outcomeOf(module: TestModule, unhandled: readonly SerializedError[]): FileOutcome {
  const outcome: FileOutcome = { file: module.relativeModuleId, passed: 0, skipped: [], failed: [], secondTries: [] };
  const fail = (name: string, errors: readonly SerializedError[]): void => {
    if (errors.length > 0) outcome.failed.push({ name, reason: errors.map(reasonOf).join('\n') });
  };
  fail(module.relativeModuleId, module.errors());
  const own = unhandled.filter(({ VITEST_TEST_PATH: path }) => path === module.moduleId);
  fail(`${module.relativeModuleId}, what nobody waited for`, own);
  for (const suite of module.children.allSuites()) fail(suite.fullName, suite.errors());
  for (const test of module.children.allTests()) addTest(outcome, test);
  // Nothing that ended badly may be taken for good because nobody said why.
  if (module.state() === 'failed' && outcome.failed.length === 0) {
    outcome.failed.push({ name: module.relativeModuleId, reason: 'the file failed, and no reason was given' });
  }
  return outcome;
}

function addTest(outcome: FileOutcome, test: TestCase): void {
  const { state, errors = [] } = test.result();
  const entry = { name: test.fullName, reason: errors.map(reasonOf).join('\n') };
  if (state === 'failed') outcome.failed.push(entry);
  else if (state === 'passed') {
    outcome.passed += 1;
    if (errors.length > 0) outcome.secondTries.push(entry);
  } else outcome.skipped.push(test.fullName);
}

function reasonOf({ stack, message }: SerializedError): string {
  return (stack ?? message).split('\n').slice(0, REASON_LINES).join('\n');
}
