/**
 * For tests of whole runs that would make the usual set too long for a change to wait for: `test.skipIf(IS_SHORT)`.
 * `npm test -- --long` runs them; otherwise they are skipped, named and counted.
 */
export const IS_SHORT = process.env['CHAOS_LONG_TESTS'] !== '1';

/** Why they are skipped. */
export const ONLY_LONG = 'only with --long';
