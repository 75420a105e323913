/** `x-oss-traffic-limit`: a transfer as slow as its client asks for, in host time, for bandwidth is no matter of the kernel's. */
import { Readable } from 'node:stream';
import type { Clock } from '../../../src/kernel/clock.ts';
import { type OperationRow, wrappedRow } from '../../../src/kernel/operation.ts';
import { queryValue, type WireReply, type WireRequest } from '../../../src/kernel/wire.ts';
import { OssError } from '../errors.ts';
import { TRAFFIC_LIMIT_MAX, TRAFFIC_LIMIT_MIN } from '../limits.ts';

export type HostClock = Pick<Clock, 'monotonicMs' | 'afterHostMs'>;

const NAME = 'x-oss-traffic-limit';
/** Bytes leave in portions this far apart. */
const PORTION_MS = 100;

/** The row, reading and answering as slowly as a request wants. */
export function slowedRow<Services>(row: OperationRow<Services>, clock: HostClock): OperationRow<Services> {
  return wrappedRow(row, {
    handle(input, services, call) {
      const bytesPerSecond = trafficLimit(call.request);
      if (bytesPerSecond === undefined || row.body !== 'stream') return row.handle(input, services, call);
      // Leaving the loop must not destroy the body: that would cut the connection before the answer is out.
      const source = call.body.iterator({ destroyOnReturn: false });
      const body = Readable.from(paced(source, { bytesPerSecond, clock }), { objectMode: false });
      return row.handle(input, services, { ...call, body, request: { ...call.request, body } });
    },
    encode(output, input, call) {
      const reply = row.encode(output, input, call);
      const bytesPerSecond = trafficLimit(call.request);
      if (bytesPerSecond === undefined || call.request.method !== 'GET') return reply;
      return slowedReply(reply, { bytesPerSecond, clock });
    },
  });
}

/** In bytes a second; undefined without the header or parameter. Throws for a limit that is none. */
export function trafficLimit(request: Pick<WireRequest, 'headers' | 'query'>): number | undefined {
  const header = request.headers[NAME];
  const parameter = queryValue(request, NAME);
  const bits = header ?? parameter;
  if (bits === undefined) return undefined;
  const isUsable = /^\d{1,12}$/.test(bits) && Number(bits) >= TRAFFIC_LIMIT_MIN && Number(bits) <= TRAFFIC_LIMIT_MAX;
  if (isUsable && (header === undefined || parameter === undefined)) return Number(bits) / 8;
  throw new OssError('InvalidArgument', {
    message: `${NAME} is a number from ${TRAFFIC_LIMIT_MIN} to ${TRAFFIC_LIMIT_MAX}, as a header or as a parameter.`,
    argumentName: NAME,
    argumentValue: bits,
  });
}

interface Pace {
  bytesPerSecond: number;
  clock: HostClock;
}

function slowedReply(reply: WireReply, pace: Pace): WireReply {
  const { body } = reply;
  if (body instanceof Readable) return { ...reply, body: Readable.from(paced(body, pace), { objectMode: false }) };
  if (body === undefined || typeof body === 'string') return reply;
  const headers = { ...reply.headers, 'Content-Length': String(body.byteLength) };
  return { ...reply, headers, body: Readable.from(paced([body], pace), { objectMode: false }) };
}

/** The same bytes, none of them before its time. */
export async function* paced(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { bytesPerSecond, clock }: Pace,
): AsyncGenerator<Uint8Array> {
  const portionBytes = Math.ceil((bytesPerSecond * PORTION_MS) / 1000);
  const startMs = clock.monotonicMs();
  let sentBytes = 0;
  for await (const chunk of source)
    for (let at = 0; at < chunk.byteLength; at += portionBytes) {
      const waitMs = startMs + (sentBytes / bytesPerSecond) * 1000 - clock.monotonicMs();
      if (waitMs > 0) await new Promise<void>((resolve) => void clock.afterHostMs(waitMs, resolve));
      const portion = chunk.subarray(at, at + portionBytes);
      sentBytes += portion.byteLength;
      yield portion;
    }
}
