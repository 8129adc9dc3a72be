import { describe, expect, test } from 'vitest';
import { journalSchema, type Journal } from '../../core/journal.ts';
import { renderAll } from '../index.ts';
import {
  failingRun,
  fiveTrials,
  HOSTILE,
  hostileRun,
  longRun,
  refusedRun,
  sampleRun,
  unknownRun,
  type SampleRun,
} from '../testing/sample-run.ts';
import { htmlReport } from './report.ts';

const render = ({ journal, events }: SampleRun): string => htmlReport.render(journal, events);
const withTrial = ({ journal, events }: SampleRun, change: Partial<Journal['trials'][number]>): SampleRun => ({
  journal: { ...journal, trials: journal.trials.map((trial) => ({ ...trial, ...change })) },
  events,
});
const withoutScripts = (page: string): string => page.replaceAll(/<script[\s\S]*?<\/script>/g, '');
const order = (page: string, parts: readonly string[]): boolean =>
  parts.every((part, n) => n === 0 || page.indexOf(part) > page.indexOf(parts[n - 1] ?? ''));

/** Like toContain, without printing the whole page when it fails. */
function expectPage(page: string): { toHold(text: string): void; not: { toHold(text: string): void } } {
  const holds = (text: string): boolean => page.includes(text);
  return {
    toHold: (text) => expect(holds(text), `the page holds: ${text}`).toBe(true),
    not: { toHold: (text) => expect(holds(text), `the page holds: ${text}`).toBe(false) },
  };
}

describe('the report answers in order', () => {
  test('verdict, what broke, how long, what was lost, jobs, checks, time axis, outages, evidence, environment, again', () => {
    const titles = [...render(sampleRun()).matchAll(/<h2>([^<]*)/g)].map((match) => match[1]);
    expect(titles).toEqual([
      'What broke',
      'How long until recovered',
      'What was lost',
      'What happened to the jobs',
      'Checks',
      'Everything on one time axis',
      'Outages',
      'The run as a whole',
      'Evidence',
      'Environment',
      'Run it again',
    ]);
    expect(order(render(sampleRun()), ['class="verdict-word"', 'class="headline"', 'class="figures"', '<h2>'])).toBe(
      true,
    );
  });

  test('the verdict is a word and an icon, not only a colour', () => {
    for (const [run, word] of [
      [sampleRun(), 'Pass'],
      [failingRun(), 'Fail'],
      [unknownRun(), 'Unknown'],
    ] as const) {
      expect(render(run)).toMatch(
        new RegExp(`class="verdict-word"><svg class="icon"[\\s\\S]*?</svg><span>${word}</span>`),
      );
    }
  });

  test('names the causes of a fail and the reason of an unknown on the first screen', () => {
    const failed = render(failingRun());
    const first = failed.slice(0, failed.indexOf('<h2>'));
    expectPage(first).toHold('120 of 24,000 records are missing');
    expectPage(first).not.toHold('reported as succeeded');
    const unknown = render(unknownRun());
    expect(unknown.slice(0, unknown.indexOf('<h2>'))).toContain('(296.40–304.60 s); the objective is 300 s.');
  });

  test('says the only cause once, and what followed from it', () => {
    const base = failingRun();
    const [cause, ...others] = base.journal.trials[0]?.checks.filter(({ verdict }) => verdict === 'fail') ?? [];
    const summary = cause?.summary ?? '';
    const checks = [cause, ...others.map((check) => ({ ...check, consequenceOf: cause?.id }))].filter(
      (check) => check !== undefined,
    );
    const { journal, events } = withTrial(base, { checks });
    const page = render({ events, journal: { ...journal, headline: `Records are missing. ${summary}` } });
    const first = page.slice(0, page.indexOf('<h2>')).replaceAll('\u00A0', ' ');
    expect(first.split(summary)).toHaveLength(2);
    expectPage(first).toHold(`${others.length} other verdict`);
    const withAnother = render({ events, journal: { ...journal, headline: 'Another headline.' } });
    expectPage(withAnother.slice(0, withAnother.indexOf('<h2>'))).toHold(summary);
  });

  test('of a refused run says that nothing was broken', () => {
    const page = render(refusedRun());
    expectPage(page).toHold('Refused before the fault: nothing was broken');
    expectPage(page).not.toHold('<h2>What broke');
  });

  test('puts a check that only follows from another one under its cause', () => {
    const page = render(failingRun());
    expect(
      order(page, [
        'id="check-1-no_gap"',
        'id="check-1-job_outcome" class="check is-follower"',
        'id="check-1-fault_happened"',
      ]),
    ).toBe(true);
    expectPage(page).toHold('Follows from <code>no_gap</code>');
  });

  test('loses no check when two name each other as their cause', () => {
    const base = failingRun();
    const checks = base.journal.trials[0]?.checks.map((check) => {
      if (check.id === 'no_gap') return { ...check, consequenceOf: 'job_outcome' };
      return check;
    });
    const page = render(withTrial(base, { checks: checks ?? [] }));
    expectPage(page).toHold('id="check-1-no_gap"');
    expectPage(page).toHold('id="check-1-job_outcome"');
  });
});

describe('numbers', () => {
  test('the phases add up to the recovery time as they are printed', () => {
    const page = render(sampleRun());
    const took = ['20 ms', '10.04 s', '5.13 s', '3.82 s'];
    expect(took.every((text) => page.includes(`<td data-title="Took" class="number">${text}</td>`))).toBe(true);
    expect(0.02 + 10.04 + 5.13 + 3.82).toBeCloseTo(19.01);
    expectPage(page).toHold('The parts add up to 19.01 s, the recovery time.');
  });

  test('the worked example recomputes the bounds from two lines of this record', () => {
    const { journal, events } = sampleRun();
    const page = htmlReport.render(journal, events);
    const [, first, second] = /sed -n (?:'|&#39;)(\d+)p;(\d+)p/.exec(page) ?? [];
    const [injected, seen] = [events[Number(first) - 1], events[Number(second) - 1]];
    expect(injected).toMatchObject({ type: 'fault.injected' });
    expect(seen).toMatchObject({ type: 'delivery', rows: 8000 });
    expectPage(page).toHold(
      'At least: 32910.0 ms − 14001.2 ms = <strong>18.909 s</strong>. At most: 33116.0 ms − 14000.0 ms = <strong>19.116 s</strong>',
    );
  });

  test('a worked example that does not give the measured bounds is left out', () => {
    const run = withTrial(sampleRun(), {
      recovery: { verdict: 'pass', measuredSeconds: { low: 1, best: 2, high: 3 }, fasterThanExpected: true },
    });
    expectPage(render(run)).not.toHold('Recompute');
  });

  test('what was never seen is said, not drawn as zero', () => {
    const base = failingRun();
    const milestones = base.journal.trials[0]?.milestones.map((milestone) =>
      milestone.endsRecovery ? { ...milestone, sinceFaultSeconds: null, atSeconds: null } : milestone,
    );
    const page = render(
      withTrial(base, {
        milestones: milestones ?? [],
        recovery: { verdict: 'fail', measuredSeconds: { low: 376, best: null, high: null }, fasterThanExpected: false },
      }),
    );
    expectPage(page).toHold('more than 6 min 16.0 s');
    expectPage(page).toHold('the recovery was not seen.');
    expectPage(page).toHold('not seen to end');
  });

  test('lists a bounded number of events and says how many it leaves out', () => {
    const page = render(longRun());
    const [, listed = '', all = '', left = ''] =
      /([\d,]+) of its ([\d,]+) events are listed:[^;]*; ([\d,]+) are left out/.exec(page) ?? [];
    const number = (text: string): number => Number(text.replaceAll(',', ''));
    expect(page.match(/<tr id="event-/g)).toHaveLength(number(listed));
    expect(number(listed) + number(left)).toBe(number(all));
    expect(number(listed)).toBeLessThanOrEqual(400);
  });
});

describe('the figure of what was lost', () => {
  const lossFigure = (run: SampleRun): string =>
    /<dt>Lost<\/dt><dd class="figure-value">(.*?)<\/dd><dd class="figure-note">(.*?)<\/dd>/
      .exec(render(run))
      ?.slice(1)
      .join(' | ') ?? '';
  const withLedgers = (change: Partial<Journal['trials'][number]['ledgers'][number]>): SampleRun => {
    const run = sampleRun();
    const ledgers = (run.journal.trials[0]?.ledgers ?? []).map((ledger) => ({ ...ledger, ...change }));
    return withTrial(run, { ledgers });
  };

  test('shows records while no write is lost', () => {
    expect(lossFigure(sampleRun())).toMatch(
      /^0 records \| of [\d,]+; .* delivered again; 0 of [\d,]+ acknowledged writes lost$/,
    );
  });

  test('shows lost writes large where no record is missing', () => {
    expect(lossFigure(withLedgers({ lost: 7 }))).toMatch(
      /^[1-9]\d* writes \| of [\d,]+ acknowledged writes; 0 of [\d,]+ records;/,
    );
  });

  test('shows "unknown" where a ledger was never read', () => {
    expect(lossFigure(withLedgers({ isRead: false }))).toMatch(/^unknown \| /);
  });
});

describe('several trials', () => {
  test('have a line each, details that fold, and the worst one open', () => {
    const page = render(fiveTrials());
    expect(page.match(/<details class="trial"/g)).toHaveLength(5);
    expect([...page.matchAll(/<details class="trial" id="trial-(\d)" open/g)].map((match) => match[1])).toEqual(['4']);
    expectPage(page).toHold('one trial outside it is a fail');
    expectPage(page).toHold('Recovered after (median)');
  });
});

describe('one file that stands alone', () => {
  test.each([
    ['pass', sampleRun],
    ['fail', failingRun],
    ['five trials', fiveTrials],
    ['hostile', hostileRun],
    ['refused', refusedRun],
  ] as const)('asks the network for nothing and every inner link has its target (%s)', (_, make) => {
    const page = withoutScripts(render(make()));
    expect(page).not.toMatch(/<(?:img|link|iframe|object|embed|base|form|video|audio|source|use|image)\b/);
    expect(page).not.toMatch(/@import|url\((?!#)/);
    const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]));
    const links = [...page.matchAll(/ href="([^"]*)"/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !link.startsWith('#') || !ids.has(link.slice(1)))).toEqual([]);
    expect([...page.matchAll(/ id="([^"]*)"/g)]).toHaveLength(ids.size);
  });

  test('allows no script but its own, by hash', () => {
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(render(sampleRun())) ?? [];
    const directives = policy.replaceAll('&#39;', "'").split('; ');
    expect(directives[0]).toBe("default-src 'none'");
    expect(directives[1]).toMatch(/^script-src 'sha256-\S+' 'sha256-\S+'$/);
  });

  test('has a static picture of everything without scripts', () => {
    const page = withoutScripts(render(sampleRun()));
    for (const drawn of [
      'class="outage"',
      'class="outage-bounds"',
      'class="fault-line"',
      'class="recovered-line"',
      'class="curve is-second"',
      'class="milestone"',
      'class="wait-line"',
      'class="leader"',
      'class="alert"',
    ]) {
      expectPage(page).toHold(drawn);
    }
  });

  test('renders the same bytes again', () => {
    for (const make of [sampleRun, fiveTrials, hostileRun]) {
      const [a, b] = [make(), make()];
      expect(renderAll(a.journal, a.events)).toEqual(renderAll(b.journal, b.events));
    }
  });

  test('renders 100,000 samples in under a megabyte', () => {
    const { journal, events } = longRun();
    expect(events.filter((event) => event.type === 'sample').length).toBeGreaterThan(100_000);
    expect(Buffer.byteLength(htmlReport.render(journal, events))).toBeLessThan(1_000_000);
  });
});

describe('names from the system', () => {
  test('are shown and never become markup or script', () => {
    const page = render(hostileRun());
    const own = page.match(/<script(?: type="application\/json" id="timeline-data-1")?>/g);
    expect(own).toHaveLength(3);
    expect(page.match(/<script/gi)).toHaveLength(3);
    expect(page.match(/<\/script/gi)).toHaveLength(3);
    expect(page).not.toMatch(/<img|<!--| onerror="/);
    expectPage(page).toHold('connection &lt;/script&gt;&lt;script&gt;alert(1)');
    // oxlint-disable-next-line no-control-regex -- none of these may reach the page
    expect(page).not.toMatch(/[\u0000-\u0008\u001b\u202e]/);
  });

  test('reach the chart data unharmed', () => {
    const { journal, events } = hostileRun();
    const renamed = events.map((event) => (event.type === 'sample' ? { ...event, probe: HOSTILE } : event));
    const page = htmlReport.render(journal, renamed);
    const [, json = ''] = /<script type="application\/json" id="timeline-data-1">([^<]*)<\/script>/.exec(page) ?? [];
    expect(json).not.toMatch(/[<>&\u2028\u2029]/);
    expect(JSON.stringify(JSON.parse(json))).toContain(JSON.stringify(HOSTILE));
  });
});

test('every variant of the sample is a valid journal', () => {
  for (const run of [sampleRun(), failingRun(), unknownRun(), refusedRun(), fiveTrials(), hostileRun()]) {
    expect(journalSchema.parse(run.journal)).toEqual(run.journal);
  }
});
