import { ChaosError } from '../../core/errors.ts';

/** A range of IPv4 addresses: its first one as a number, and how many there are. */
interface Range {
  readonly first: number;
  readonly size: number;
  readonly prefix: number;
}

/** The lower half of a subnet (`172.18.0.0/16`), as a range of the same form: what Docker may give out by itself. */
export function lowerHalf(subnet: string): string {
  const { first, prefix } = parse(subnet);
  return `${format(first)}/${prefix + 1}`;
}

/** An address at the end of a subnet: 1 is the last one that a machine may have. */
export function addressFromEnd(subnet: string, position: number): string {
  const { first, size } = parse(subnet);
  return format(first + size - 1 - position);
}

/** @throws ChaosError `platform` when it is no subnet, or one that is too small to be halved. */
function parse(subnet: string): Range {
  const [address = '', length = ''] = subnet.split('/');
  const octets = address.split('.').map(Number);
  const prefix = Number(length);
  const isRange = octets.length === 4 && octets.every((octet) => octet >= 0 && octet <= 255);
  if (!isRange || length === '' || !(prefix >= 8 && prefix <= 26)) {
    throw new ChaosError({
      code: 'platform',
      message: `Docker's network has the subnet "${subnet}"; one of IPv4 between /8 and /26 is needed.`,
    });
  }
  const size = 2 ** (32 - prefix);
  const number = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return { first: number - (number % size), size, prefix };
}

function format(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
