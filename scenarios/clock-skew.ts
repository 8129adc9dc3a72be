import { clockPutOff } from './existing/clock-put-off.ts';
import { NOTHING_TO_DO } from './existing/nothing-to-do.ts';

/** Only an existing Airbyte beside which Chaos Mesh is installed has clocks that can be put off; what a run is made with is known there. */
export default clockPutOff({
  ...NOTHING_TO_DO,
  scenario: { id: 'clock_skew', title: 'The clock of an API server is wrong for a while', objective: 'clock_skew' },
});
