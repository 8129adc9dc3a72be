/** What a rehearsal on an existing Airbyte is made with where it is only judged, or described: nothing is asked any more. */
export const NOTHING_TO_DO = {
  outcome: '',
  warnings: [],
  airbyte: undefined,
  health: { url: '' },
  connectionId: undefined,
  mayStart: false,
} as const;
