import { expect, test } from 'vitest';
import { apiTrouble, type ApiTrouble } from './api-trouble.ts';

const SETTLED_MS = 30;

function heardOf(trouble: ApiTrouble): string[] {
  const heard: string[] = [];
  trouble.onChange(({ isOver, text }) => heard.push(isOver ? `over: ${text}` : text));
  return heard;
}

test('it begins with the first who fails and is over when all who failed were answered', async () => {
  const trouble = apiTrouble('toy', SETTLED_MS);
  const heard = heardOf(trouble);
  const [one, two] = [{}, {}];
  trouble.failed(one, { code: 500 });
  trouble.failed(two, { code: 503 });
  trouble.failed(one, { code: 500 });
  trouble.settled(two);
  trouble.settled({}); // who had not failed
  expect(heard).toEqual(['The API server of toy cannot be asked (500 Internal Server Error); it is tried again.']);
  trouble.settled(one);
  await expect.poll(() => heard.length).toBe(2);
  expect(heard[1]).toMatch(
    /^over: The API server of toy can be asked again after \d+ ms \(failed tries: 3; 500 Internal Server Error, 503 Service Unavailable\)\.$/,
  );
});

test('one that comes and goes is one', async () => {
  const trouble = apiTrouble('toy', SETTLED_MS);
  const heard = heardOf(trouble);
  for (let time = 0; time < 50; time += 1) {
    trouble.failed(trouble, { code: 429 });
    trouble.settled(trouble);
  }
  await expect.poll(() => heard.length).toBe(2);
  expect(heard[1]).toContain('failed tries: 50');
});

test('who listens later is told of the one that lasts, and of none that is over', () => {
  const trouble = apiTrouble('toy');
  trouble.failed(trouble, { code: 500 });
  expect(heardOf(trouble)).toHaveLength(1);
  trouble.close();
  expect(heardOf(trouble)).toEqual([]);
});

test('what nobody waits for any more is told when it is closed, and nothing after that', () => {
  const [lasting, over] = [apiTrouble('toy'), apiTrouble('toy')];
  const heard = [heardOf(lasting), heardOf(over)];
  for (const trouble of [lasting, over]) trouble.failed(trouble, { code: 500 });
  over.settled(over);
  for (const trouble of [lasting, over]) {
    trouble.close();
    trouble.failed(trouble, { code: 500 });
  }
  expect(
    heard.map(([, last, ...more]) => [/is not asked any more|can be asked again/.exec(last ?? '')?.[0], more]),
  ).toEqual([
    ['is not asked any more', []],
    ['can be asked again', []],
  ]);
});
