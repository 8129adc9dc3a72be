/**
 * The RDS client against recorded shapes: what moto does not simulate (`rds.integration.test.ts` has what it does). Shapes of
 * requests and replies: Amazon RDS API Reference 2014-10-31, DescribeDBInstances, RebootDBInstance, DescribeEvents, "Common
 * errors"; messages of events and their order: Knowledge Center, "rds-connections-reboot-failover". All values are made up.
 */
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ChaosError } from '../../core/errors.ts';
import { connectRds } from './rds.ts';
import { stubAwsEnvironment } from './testing/aws-environment.ts';
import { serveRecorded, type Asked } from './testing/recorded-server.ts';

const signal = new AbortController().signal;
const SECRET = 'made-up-secret-key-of-a-test';
const TOKEN = 'made-up-session-token-of-a-test';

beforeEach(() => stubAwsEnvironment({ accessKeyId: 'AKIAMADEUP', secretAccessKey: SECRET, sessionToken: TOKEN }));
afterEach(() => vi.unstubAllEnvs());

interface Instance {
  readonly status?: string;
  readonly multiAz?: boolean;
  readonly zone?: string;
  readonly secondary?: string;
}

function instanceXml({ status = 'available', multiAz = true, zone = 'eu-west-1a', secondary }: Instance): string {
  const other = secondary === undefined ? '' : `<SecondaryAvailabilityZone>${secondary}</SecondaryAvailabilityZone>`;
  return `<DBInstance><DBInstanceIdentifier>orders</DBInstanceIdentifier><DBInstanceStatus>${status}</DBInstanceStatus>
    <Engine>postgres</Engine><MultiAZ>${multiAz}</MultiAZ><AvailabilityZone>${zone}</AvailabilityZone>${other}</DBInstance>`;
}

function reply(action: string, result: string): { body: string } {
  return {
    body: `<${action}Response xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><${action}Result>${result}</${action}Result>
    <ResponseMetadata><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ResponseMetadata></${action}Response>`,
  };
}

function refusal(status: number, code: string, message: string): { status: number; body: string } {
  return {
    status,
    body: `<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><Error><Type>Sender</Type><Code>${code}</Code>
    <Message>${message}</Message></Error><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>`,
  };
}

function actionOf({ body }: Asked): string {
  return new URLSearchParams(body).get('Action') ?? '';
}

/** An RDS with the one instance `orders`; `refuse` answers instead of it where it has an answer. */
async function serveInstance(
  instance: Instance,
  refuse: (action: string) => ReturnType<typeof refusal> | undefined = () => undefined,
) {
  return serveRecorded((asked) => {
    const action = actionOf(asked);
    const refused = refuse(action);
    if (refused !== undefined) return refused;
    if (action === 'DescribeDBInstances') return reply(action, `<DBInstances>${instanceXml(instance)}</DBInstances>`);
    if (action === 'RebootDBInstance') return reply(action, instanceXml({ ...instance, status: 'rebooting' }));
    return refusal(400, 'InvalidAction', `${action} is not recorded`);
  });
}

async function failureOf(work: Promise<unknown>): Promise<ChaosError> {
  const error: unknown = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof ChaosError) return error;
  throw new Error(`a ChaosError was expected, not ${inspect(error)}`);
}

describe('redundancy of an instance', () => {
  test('Multi-AZ, available and with a standby in another zone is redundant; the leader is named by its zone', async () => {
    await using server = await serveInstance({ secondary: 'eu-west-1b' });
    const database = await connectRds({ name: 'orders', endpoint: server.url });
    expect(await database.topology(signal)).toEqual({
      members: [
        { name: 'orders (eu-west-1a)', role: 'primary', state: 'available' },
        { name: 'orders (eu-west-1b)', role: 'replica', state: 'standby', isSynchronous: true },
      ],
      leader: 'orders (eu-west-1a)',
      isRedundant: true,
    });
    await database.close();
  });

  test.each<[string, Instance, RegExp]>([
    ['a single-AZ instance', { multiAz: false }, /not a Multi-AZ/],
    ['one that is rebooting', { status: 'rebooting', secondary: 'eu-west-1b' }, /status is rebooting/],
    ['one without a secondary zone', {}, /no secondary zone/],
    ['one whose standby is in the same zone', { secondary: 'eu-west-1a' }, /zone of the primary/],
  ])('%s is not redundant, and the reason is said', async (_what, instance, reason) => {
    await using server = await serveInstance(instance);
    const found = await (await connectRds({ name: 'orders', endpoint: server.url })).topology(signal);
    expect(found.isRedundant).toBe(false);
    expect(found.lacks).toMatch(reason);
  });
});

describe('a forced failover', () => {
  test('is a reboot with ForceFailover, sent once, with the state that RDS answered', async () => {
    await using server = await serveInstance({ secondary: 'eu-west-1b' });
    const database = await connectRds({ name: 'orders', endpoint: server.url });
    expect(await database.requestFailover(signal)).toBe(
      'RebootDBInstance with ForceFailover was accepted; orders is rebooting',
    );
    const reboots = server.asked.filter((asked) => actionOf(asked) === 'RebootDBInstance');
    expect(reboots).toHaveLength(1);
    const sent = new URLSearchParams(reboots[0]?.body);
    expect(sent.get('DBInstanceIdentifier')).toBe('orders');
    expect(sent.get('ForceFailover')).toBe('true');
  });

  test('of an instance that is not Multi-AZ is refused before RDS is asked for anything but a look', async () => {
    await using server = await serveInstance({ multiAz: false });
    const error = await failureOf((await connectRds({ name: 'orders', endpoint: server.url })).requestFailover(signal));
    expect(error.code).toBe('not-steady');
    expect(error.message).toContain('it would only be an outage');
    expect(server.asked.map(actionOf)).toEqual(['DescribeDBInstances']);
  });

  test.each([
    [
      'a refusal',
      () => refusal(400, 'InvalidDBInstanceState', 'Instance orders is not in available state.'),
      /available state/,
    ],
    ['throttling', () => refusal(400, 'Throttling', 'Rate exceeded'), /Throttling: Rate exceeded/],
    ['an internal error', () => refusal(500, 'InternalFailure', 'unknown'), /InternalFailure/],
  ])('is not sent again after %s', async (_what, refuse, said) => {
    await using server = await serveInstance({ secondary: 'eu-west-1b' }, (action) =>
      action === 'RebootDBInstance' ? refuse() : undefined,
    );
    const error = await failureOf((await connectRds({ name: 'orders', endpoint: server.url })).requestFailover(signal));
    expect(error.code).toBe('client');
    expect(error.message).toMatch(said);
    expect(server.asked.filter((asked) => actionOf(asked) === 'RebootDBInstance')).toHaveLength(1);
  });
});

describe('events', () => {
  function eventXml([date, message, category]: readonly [string, string, string]): string {
    return `<Event><SourceIdentifier>orders</SourceIdentifier><SourceType>db-instance</SourceType><Message>${message}</Message>
      <EventCategories><EventCategory>${category}</EventCategory></EventCategories><Date>${date}</Date></Event>`;
  }

  test('of a failover come in order, over several pages, with the documented ids; older ones are left out', async () => {
    const first = [
      ['2026-11-20T10:00:00.000Z', 'Finished DB instance backup', 'backup'],
      ['2026-11-23T06:02:00.500Z', 'DB instance restarted', 'availability'],
    ] as const;
    const second = [
      ['2026-11-23T06:01:30.000Z', 'Multi-AZ instance failover started.', 'failover'],
      ['2026-11-23T06:02:20.000Z', 'Multi-AZ instance failover completed', 'failover'],
      ['2026-11-23T06:02:20.000Z', 'The user requested a failover of the DB instance.', 'notification'],
    ] as const;
    await using server = await serveRecorded((asked) => {
      const sent = new URLSearchParams(asked.body);
      if (actionOf(asked) === 'DescribeDBInstances') {
        return reply('DescribeDBInstances', `<DBInstances>${instanceXml({ secondary: 'eu-west-1b' })}</DBInstances>`);
      }
      return sent.get('Marker') === null
        ? reply('DescribeEvents', `<Marker>next</Marker><Events>${first.map(eventXml).join('')}</Events>`)
        : reply('DescribeEvents', `<Events>${second.map(eventXml).join('')}</Events>`);
    });
    const now = () => Date.parse('2026-11-23T06:10:00Z');
    const database = await connectRds({ name: 'orders', endpoint: server.url, now });
    expect(await database.eventsSince('2026-11-23T06:00:00Z', signal)).toEqual([
      { id: 'RDS-EVENT-0013', wall: '2026-11-23T06:01:30.000Z', text: 'Multi-AZ instance failover started.' },
      { id: 'RDS-EVENT-0006', wall: '2026-11-23T06:02:00.500Z', text: 'DB instance restarted' },
      { id: 'RDS-EVENT-0049', wall: '2026-11-23T06:02:20.000Z', text: 'Multi-AZ instance failover completed' },
      {
        id: 'notification',
        wall: '2026-11-23T06:02:20.000Z',
        text: 'The user requested a failover of the DB instance.',
      },
    ]);
    const asked = new URLSearchParams(server.asked.find((one) => actionOf(one) === 'DescribeEvents')?.body);
    // 10 minutes, and 5 for the difference between two clocks.
    expect(asked.get('Duration')).toBe('15');
    expect(asked.get('SourceType')).toBe('db-instance');
  });
});

describe('failures', () => {
  test('a look that is throttled is tried again, and succeeds', async () => {
    let refusals = 1;
    await using server = await serveInstance({ secondary: 'eu-west-1b' }, () =>
      refusals-- > 0 ? refusal(400, 'Throttling', 'Rate exceeded') : undefined,
    );
    expect((await (await connectRds({ name: 'orders', endpoint: server.url })).topology(signal)).isRedundant).toBe(
      true,
    );
  });

  test('a look that stays throttled says so and what to do', async () => {
    await using server = await serveInstance({}, () => refusal(400, 'Throttling', 'Rate exceeded'));
    const error = await failureOf((await connectRds({ name: 'orders', endpoint: server.url })).topology(signal));
    expect(error.code).toBe('client');
    expect(error.message).toBe('DescribeDBInstances failed: Throttling: Rate exceeded.');
    expect(error.tryThis).toContain('Wait a minute');
  });

  test('a refused signature, whose reply repeats the session token, shows no secret', async () => {
    const echoed = `The request signature we calculated does not match ${SECRET}.\nThe Canonical String: x-amz-security-token:${TOKEN}`;
    await using server = await serveInstance({}, () => refusal(403, 'SignatureDoesNotMatch', echoed));
    const error = await failureOf((await connectRds({ name: 'orders', endpoint: server.url })).topology(signal));
    expect(error.message).toContain('does not match ***');
    expect(error.tryThis).toContain('0005-managed-databases');
    expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(new RegExp(`${SECRET}|${TOKEN}`));
  });

  test('no credentials at all is a matter of the machine, not of RDS', async () => {
    stubAwsEnvironment();
    await using server = await serveInstance({});
    const error = await failureOf((await connectRds({ name: 'orders', endpoint: server.url })).topology(signal));
    expect(error.code).toBe('environment');
    expect(error.tryThis).toContain('AWS_PROFILE');
    expect(server.asked).toEqual([]);
  });

  test('nobody listening says where to look', async () => {
    const server = await serveInstance({});
    await server[Symbol.asyncDispose]();
    const error = await failureOf((await connectRds({ name: 'orders', endpoint: server.url })).topology(signal));
    expect(error.code).toBe('client');
    expect(error.tryThis).toContain('--endpoint');
  });
});
