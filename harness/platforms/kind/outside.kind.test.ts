import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import pWaitFor from 'p-wait-for';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBucket } from '../../clients/object-store.ts';
import { connectSql, type SqlClient } from '../../clients/sql.ts';
import { docker } from './docker.ts';
import { ensureNetwork, removeNetwork } from './network.ts';
import { OUTSIDE_COMPONENTS, type OutsideComponent } from './outside-plan.ts';
import { ensureOutside, findOutside, removeOutside, type OutsideService } from './outside.ts';
import { IS_SHORT, ONLY_LONG } from '../../cli/testing/long-test.ts';
import { whyNotHere } from './testing/kind-here.ts';
import { prepareKindTools, type KindTools } from './tools.ts';

const MAKER = fileURLToPath(new URL('testing/make-outside.ts', import.meta.url));
const reason = IS_SHORT ? ONLY_LONG : await whyNotHere();
const { signal } = new AbortController();
const network = `airbyte-chaos-test-${process.pid}`;

describe.skipIf(reason !== undefined)(
  `what is outside of the clusters${reason === undefined ? '' : ` (not here: ${reason})`}`,
  () => {
    let tools: KindTools;
    const ensure = (using = tools): Promise<readonly OutsideService[]> =>
      ensureOutside({ images: using.outsideImages, signal, onProgress: () => undefined, network });
    const find = async (component: OutsideComponent): Promise<OutsideService> => {
      const found = (await findOutside(network)).find((one) => one.component === component);
      if (found === undefined) throw new Error(`there is no ${component}`);
      return found;
    };
    /** An accident: a signal to the main process, and all that Docker does about it. Returns it as it came back. */
    const kill = async (component: OutsideComponent): Promise<OutsideService> => {
      const before = await find(component);
      process.kill(before.pid, 'SIGKILL');
      await pWaitFor(async () => (await find(component)).restarts > before.restarts, { timeout: 20_000 });
      await ensure(); // resolves when all answer; starts nothing that Docker starts itself
      return find(component);
    };
    const warehouse = async (database: string): Promise<SqlClient> => {
      const { address, ports } = await find('warehouse');
      return connectSql({
        host: address,
        port: ports['postgres'] ?? 0,
        database,
        user: 'airbyte',
        password: 'airbyte',
      });
    };

    beforeAll(async () => {
      tools = await prepareKindTools(() => undefined, signal);
      await ensure();
    });
    afterAll(async () => {
      await removeOutside(network);
      await removeNetwork(network);
    });

    test('has addresses that Docker gives to nobody else', async () => {
      const addresses = (await findOutside(network)).map(({ address }) => address);
      expect(new Set(addresses).size).toBe(OUTSIDE_COMPONENTS.length);
      const inspect = ['network', 'inspect', '--format', '{{(index .IPAM.Config 0).IPRange}}', network];
      const [range = '', length = ''] = (await docker(inspect)).split('/');
      expect(Number(length)).toBeLessThan(28);
      const [, , third = 0, fourth = 0] = range.split('.').map(Number);
      const half = 2 ** (32 - Number(length));
      for (const address of addresses) {
        const [, , c = 0, d = 0] = address.split('.').map(Number);
        expect(c * 256 + d).toBeGreaterThanOrEqual(third * 256 + fourth + half);
      }
    });

    test('is taken as it is the next time', async () => {
      const ids = (await findOutside(network)).map(({ id, restarts }) => [id, restarts]);
      await ensure();
      expect((await findOutside(network)).map(({ id, restarts }) => [id, restarts])).toEqual(ids);
    });

    test('the warehouse comes back at the same address with its data when it is killed', async () => {
      const before = await find('warehouse');
      const first = await warehouse('warehouse');
      await first.query('CREATE TABLE kept (value int)');
      await first.query('INSERT INTO kept SELECT generate_series(1, 1000)');
      await first.close();
      const after = await kill('warehouse');
      expect(after).toMatchObject({ id: before.id, address: before.address, state: 'running' });
      expect(after.startedAt > before.startedAt).toBe(true);
      const second = await warehouse('warehouse');
      expect(await second.query('SELECT sum(value)::int AS sum FROM kept')).toEqual([{ sum: 500_500 }]);
      await second.close();
    });

    test('the object store takes objects with its keys alone, and has them after it was killed', async () => {
      const { address, ports } = await find('object-store');
      const at = { host: address, port: ports['http'] ?? 0 };
      const open = (bucket: string, secretKey = 'airbyte-secret') =>
        openBucket({ at, bucket, accessKey: 'airbyte', secretKey });
      await expect((await open('airbyte-logs', 'wrong')).list('')).rejects.toThrow(/403|signature|denied/i);
      const content = Buffer.alloc(3_000_000, 'x');
      for (const bucket of ['airbyte-logs', 'airbyte-backups']) await (await open(bucket)).put('kept', content);
      expect(await kill('object-store')).toMatchObject({ address });
      for (const bucket of ['airbyte-logs', 'airbyte-backups']) {
        expect((await (await open(bucket)).get('kept')).equals(content)).toBe(true);
      }
    });

    test('the alert sink has what it was sent after it was killed', async () => {
      const { address } = await find('alert-sink');
      await fetch(`http://${address}:8080/page`, { method: 'POST', body: JSON.stringify({ text: 'it burns' }) });
      expect(await kill('alert-sink')).toMatchObject({ address });
      expect(await (await fetch(`http://${address}:8080/alerts`)).text()).toContain('it burns');
    });

    test('the record API reads the source, also after it was killed', async () => {
      const source = await warehouse('source');
      await source.query('CREATE TABLE records (seq bigint, payload text, created_at timestamptz DEFAULT now())');
      await source.query("INSERT INTO records VALUES (1, 'the payload')");
      await source.close();
      const { address } = await kill('record-api');
      const answer = await fetch(`http://${address}:8080/tables/records/records?from=0&to=9`);
      expect(await answer.text()).toContain('the payload');
    });

    test('what was stopped or frozen is started, and what is missing is made', async () => {
      await docker(['kill', (await find('alert-sink')).id]); // by hand: Docker does not start it again
      await docker(['pause', (await find('warehouse')).id]);
      await docker(['rm', '--force', (await find('record-api')).id]);
      expect((await ensure()).map(({ state }) => state)).toEqual(OUTSIDE_COMPONENTS.map(() => 'running'));
    });

    test('what keeps no data is made anew from another image; what keeps data is not', async () => {
      const before = await find('alert-sink');
      const retagged = `airbyte-chaos/test:${process.pid}`;
      await docker(['tag', tools.outsideImages.reference, retagged]);
      try {
        await ensure({ ...tools, outsideImages: { ...tools.outsideImages, reference: retagged } });
        expect((await find('alert-sink')).id).not.toBe(before.id);
        const other = { ...tools, outsideImages: { ...tools.outsideImages, postgres: retagged } };
        await expect(ensure(other)).rejects.toMatchObject({
          code: 'config',
          message: expect.stringContaining('keeps data'),
        });
      } finally {
        await ensure();
        await docker(['image', 'rm', retagged]);
      }
    });

    test('an old network is replaced while nothing is on it, and else refused', async () => {
      const old = `${network}-old`;
      const make = ['network', 'create', '--label', 'airbyte-chaos=network', old];
      await docker(make);
      const user = await docker(['create', '--network', old, tools.outsideImages.reference]);
      try {
        await expect(ensureNetwork(old)).rejects.toMatchObject({ code: 'config' });
      } finally {
        await docker(['rm', user]);
      }
      const subnet = await ensureNetwork(old);
      expect(await ensureNetwork(old)).toBe(subnet);
      await removeNetwork(old);
      await removeNetwork(old); // twice does no harm
    });

    test.each(['starting warehouse', 'starting gateway'])(
      'whose maker was killed at "%s" is made whole',
      async (step) => {
        await removeOutside(network);
        const maker = execa(process.execPath, [MAKER, network], { reject: false });
        for await (const line of maker) if (line === step) maker.kill('SIGKILL');
        expect((await ensure()).map(({ state }) => state)).toEqual(OUTSIDE_COMPONENTS.map(() => 'running'));
      },
    );

    test('is removed with its volumes', async () => {
      const ids = (await findOutside(network)).map(({ id }) => id);
      const format = '{{range .Mounts}}{{.Name}} {{end}}';
      const volumes = (await docker(['inspect', '--format', format, ...ids]))
        .split(/\s+/)
        .filter((name) => name !== '');
      expect(volumes).toHaveLength(2);
      expect(await removeOutside(network)).toBe(OUTSIDE_COMPONENTS.length);
      expect(await findOutside(network)).toEqual([]);
      for (const volume of volumes)
        await expect(docker(['volume', 'inspect', volume])).rejects.toThrow('no such volume');
    });
  },
);
