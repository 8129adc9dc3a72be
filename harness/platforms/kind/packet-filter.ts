import type { Cut } from '../../core/machines.ts';

/** Everything of the harness in a node's packet filter is in this table. */
export const CUT_TABLE = 'airbyte_chaos';

/** Rules that match what is in a set that forgets by itself: so the node ends the cut at its expiry, whoever has died by then. */
function ruleset(set: string, chains: readonly (readonly [hook: string, rules: readonly string[]])[]): string {
  return [
    `table inet ${CUT_TABLE} {`,
    ` set cut {`,
    `  ${set}`,
    ` }`,
    ...chains.flatMap(([hook, rules]) => [
      ` chain on_${hook} {`,
      `  type filter hook ${hook} priority -10; policy accept;`,
      ...rules.map((rule) => `  ${rule}`),
      ` }`,
    ]),
    `}`,
    '',
  ].join('\n');
}

/**
 * What cuts off a node or a pod on it, for `nft -f -` in the node. A node loses the interface to all others; a pod loses its address, where only
 * `forwarded` traffic is meant the node itself still reaches it.
 */
export function cutRules(
  { traffic, expirySeconds }: Pick<Cut, 'traffic' | 'expirySeconds'>,
  podAddress?: string,
): string {
  const timeout = `timeout ${expirySeconds}s`;
  if (podAddress === undefined) {
    return ruleset(`type ifname; flags timeout; elements = { "eth0" ${timeout} }`, [
      ['input', ['iifname @cut drop']],
      ['output', ['oifname @cut drop']],
      ['forward', ['iifname @cut drop', 'oifname @cut drop']],
    ]);
  }
  const either = ['ip saddr @cut drop', 'ip daddr @cut drop'];
  return ruleset(`type ipv4_addr; flags timeout; elements = { ${podAddress} ${timeout} }`, [
    ['forward', either],
    ...(traffic === 'forwarded'
      ? []
      : ([
          ['input', either],
          ['output', either],
        ] as const)),
  ]);
}

/** Ends every cut in a node; there need not be one. */
export const UNCUT_SCRIPT = `nft list tables | grep -q 'inet ${CUT_TABLE}$' && nft delete table inet ${CUT_TABLE} || true`;

/** Prints something while a cut is in force: the table outlives its elements. */
export const IS_CUT_SCRIPT = `nft list set inet ${CUT_TABLE} cut 2>/dev/null | grep 'expires' || true`;
