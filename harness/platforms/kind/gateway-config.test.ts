import { expect, test } from 'vitest';
import { commandsFor, parseServers } from './gateway-commands.ts';
import { configOf, initialConfig, wantedServers, type ServiceRoutes } from './gateway-config.ts';

const routes: ServiceRoutes = {
  nodes: [
    { name: 'a', address: '172.18.0.2' },
    { name: 'b', address: '172.18.0.3' },
  ],
  nodePorts: { server: 30_801, database: 30_432 },
};
const started = wantedServers({ nodes: [], nodePorts: {} }, []);

test('every node is asked once, by its kube-proxy, and serves the services that have a NodePort', () => {
  const text = configOf(wantedServers(routes, []));
  expect(text).toContain('backend nodes\n  option httpchk GET /healthz\n');
  expect(text).toContain('  server 1 172.18.0.2:10256\n  server 2 172.18.0.3:10256\n  server 3 0.0.0.0:1 disabled\n');
  expect(text).toMatch(/listen database\n  bind :5432\n.*\n  server 1 172\.18\.0\.2:30432 track nodes\/1\n/);
  expect(text).toMatch(/listen temporal\n  bind :7233\n.*\n  server 1 0\.0\.0\.0:1 track nodes\/1 disabled\n/);
});

test('before anybody has said where it leads to, every port is open and leads nowhere', () => {
  expect(initialConfig().match(/^ {2}bind :\d+$/gm)).toHaveLength(6);
  expect(initialConfig()).not.toMatch(/^ {2}server (?!.* disabled$)/m);
});

test('nothing is said when all is as it should be', () => {
  const wanted = wantedServers(routes, started);
  expect(commandsFor(wanted, wanted)).toEqual([]);
  expect(wantedServers({ ...routes, nodes: routes.nodes.toReversed() }, wanted)).toEqual(wanted);
});

test('a node that is away leaves the others where they are, and comes back at another address', () => {
  const both = wantedServers(routes, started);
  const [, b = { name: '', address: '' }] = routes.nodes;
  const alone = wantedServers({ ...routes, nodes: [b] }, both);
  expect(commandsFor(both, alone)).toEqual([
    'set server nodes/1 state maint',
    'set server server/1 state maint',
    'shutdown sessions server server/1',
    'set server database/1 state maint',
    'shutdown sessions server database/1',
  ]);
  const back = wantedServers({ ...routes, nodes: [{ name: 'a', address: '172.18.0.9' }, b] }, alone);
  expect(commandsFor(alone, back)).toEqual([
    'set server nodes/1 addr 172.18.0.9 port 10256',
    'set server nodes/1 state ready',
    'set server server/1 addr 172.18.0.9 port 30801',
    'set server server/1 state ready',
    'set server database/1 addr 172.18.0.9 port 30432',
    'set server database/1 state ready',
  ]);
});

test('what was connected to another cluster is cut off', () => {
  const there = wantedServers({ ...routes, nodePorts: { server: 30_801 } }, started);
  const elsewhere = wantedServers(
    { nodes: [{ name: 'dr', address: '172.18.0.7' }], nodePorts: { server: 31_000 } },
    there,
  );
  const commands = commandsFor(there, elsewhere);
  expect(commands).toContain('set server server/1 addr 172.18.0.7 port 31000');
  expect(commands.filter((command) => command.startsWith('shutdown'))).toEqual([
    'shutdown sessions server server/1',
    'shutdown sessions server server/2',
  ]);
});

test('more nodes than the gateway has room for are refused', () => {
  const nodes = Array.from({ length: 9 }, (_, index) => ({ name: `n${index}`, address: `172.18.0.${index + 2}` }));
  expect(() => wantedServers({ nodes, nodePorts: {} }, started)).toThrow('8 nodes; there are 9');
});

test('the state of HAProxy is read: where each server leads to, and whether it was taken out', () => {
  // Recorded from HAProxy 2.6.12: the first is down by its check, the second was taken out, the third is so through the one it follows.
  const answer = `1
# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change
4 nodes 1 1 172.30.0.2 0 0 1 1 2 7 2 0 6 0 0 0 - 10256 - 0 0 - - 0
4 nodes 3 3 0.0.0.0 0 5 1 1 2 1 0 0 14 0 0 0 - 10256 - 0 0 - - 0
5 server 3 3 0.0.0.0 0 2 1 1 2 1 0 0 0 0 0 0 - 1 - 0 0 - - 0
`;
  expect(parseServers(answer)).toEqual([
    { backend: 'nodes', slot: 1, address: '172.30.0.2', port: 10_256, isReady: true },
    { backend: 'nodes', slot: 3, address: '0.0.0.0', port: 10_256, isReady: false },
    { backend: 'server', slot: 3, address: '0.0.0.0', port: 1, isReady: true },
  ]);
});
