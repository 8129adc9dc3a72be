/** Requests that are sent once: what was not answered may have been done. */
export interface SentOnce {
  /** Something was asked for and not answered: it may be done yet. */
  isUnclear(): boolean;
  /** Sends one; passes on what came of it. */
  send<Answer>(ask: () => Promise<Answer>, mayBeDone: MayBeDone<Answer>): Promise<Answer>;
}

/** Whether it leaves open that something is done yet. */
export interface MayBeDone<Answer> {
  readonly ofAnswer: (answer: Answer) => boolean;
  readonly ofError: (error: unknown) => boolean;
}

export function sentOnce(): SentOnce {
  let isUnclear = false;
  return {
    isUnclear: () => isUnclear,
    async send(ask, { ofAnswer, ofError }) {
      isUnclear = true;
      try {
        const answer = await ask();
        isUnclear = ofAnswer(answer);
        return answer;
      } catch (error) {
        isUnclear = ofError(error);
        throw error;
      }
    },
  };
}
