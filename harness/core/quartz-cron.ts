import { CronExpressionParser } from 'cron-parser';
import { ChaosError } from './errors.ts';

/**
 * Every fire of a Quartz expression of six fields (the first is the second) in [fromMs, toMs], in milliseconds since 1970.
 * Written for the schedules that the harness itself sets, and apart from the code of the stack that is judged by it.
 * @throws ChaosError `config` when the expression names days of the week or of a year, which Quartz counts in its own way, or
 * cannot be read.
 */
export function cronFires(expression: string, timeZone: string, fromMs: number, toMs: number): number[] {
  const fields = expression.trim().split(/\s+/);
  const dayOfWeek = fields[5];
  if (fields.length !== 6 || (dayOfWeek !== '?' && dayOfWeek !== '*')) {
    throw new ChaosError({
      code: 'config',
      message: `The fires of "${expression}" cannot be computed: six fields are expected, the last of them ? or *.`,
    });
  }
  try {
    const currentDate = new Date(Math.ceil(fromMs / 1000) * 1000 - 1000);
    const fires = CronExpressionParser.parse(fields.join(' ').replaceAll('?', '*'), { currentDate, tz: timeZone });
    const found: number[] = [];
    for (let at = fires.next().getTime(); at <= toMs; at = fires.next().getTime()) found.push(at);
    return found;
  } catch (cause) {
    throw new ChaosError({ code: 'config', message: `"${expression}" is no cron expression.`, cause });
  }
}
