/** IPv4 addresses as unsigned 32-bit numbers; anything else is not an address. */

const DOTTED = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
const PREFIX_LENGTH = /^\d{1,2}$/;

export function parseIpv4(text: string): number | undefined {
  const octets = DOTTED.exec(text)?.slice(1).map(Number);
  if (!octets || octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((address, octet) => address * 256 + octet, 0);
}

/**
 * `10.0.0.0/24`, or one address without a slash. The range is the ordinary inclusive one.
 * UNVERIFIED EVB-102: the open-source engine leaves out network and broadcast addresses, so its `/32` matches nothing.
 */
export function parseCidr(text: string): { network: number; mask: number } | undefined {
  const slash = text.indexOf('/');
  const address = parseIpv4(slash < 0 ? text : text.slice(0, slash));
  const lengthText = slash < 0 ? '32' : text.slice(slash + 1);
  if (address === undefined || !PREFIX_LENGTH.test(lengthText)) return undefined;

  const length = Number(lengthText);
  if (length > 32) return undefined;
  const mask = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  return { network: (address & mask) >>> 0, mask };
}
