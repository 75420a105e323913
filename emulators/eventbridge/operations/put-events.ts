/** EventBridge PutEvents: publishes up to 16 events; over RPC as a list of members, on the data plane as CloudEvents. */
import { z } from 'zod';
import { readExact } from '../../../src/kernel/exact-json.ts';
import { type Call, operationsOf } from '../../../src/kernel/operation.ts';
import { EventBridgeError } from '../errors.ts';
import { BATCH_BYTES_MAX } from '../limits.ts';
import { readHttpEvents } from '../service/http-binding.ts';
import { resourceArn } from '../service/names.ts';
import { entriesShape } from '../wire/shapes.ts';
import { apiOperation, jsonText } from './api.ts';
import { type EventBridgeServices, hopsOf } from './services.ts';

export const PutEvents = apiOperation({
  name: 'PutEvents',
  // UNVERIFIED EVB-029: where the parameters of the newest RPC operation travel; query and form are read alike.
  input: () =>
    z.object({
      EventBusName: z.string().min(1),
      EventList: jsonText(z.array(z.record(z.string(), z.unknown())), readExact),
    }),
  async handle({ EventBusName: bus, EventList }, services, call) {
    const events = EventList.map(toCloudEvent);
    const publisher = publisherOf(call, services);
    return entriesShape(await services.putEvents({ ...publisher, events, bus, authorize: () => undefined }));
  },
});

export const PutCloudEvents = operationsOf<EventBridgeServices>()({
  name: 'openapi/putEvents',
  match: { method: 'POST', path: '/openapi/putEvents' },
  ram: [],
  body: 'bytes',
  bodyBytesMax: BATCH_BYTES_MAX,
  input: () => z.object({ body: z.instanceof(Uint8Array) }),
  async handle({ body }, services, call) {
    const { putEvents, owner } = services;
    const read = readHttpEvents({ headers: call.request.headers, body });
    if (!read.ok) throw new EventBridgeError('EventInvalid', { reason: read.reason });
    const entries = await putEvents({
      ...publisherOf(call, services),
      events: read.events,
      bus: undefined,
      authorize: (bus) => call.authorize('eventbridge:PutEvents', resourceArn(owner, bus)),
    });
    return { ResourceOwnerAccountId: owner.accountId, ...entriesShape(entries) };
  },
  encode: (given, _input, { requestId }) => ({ status: 200, body: JSON.stringify({ RequestId: requestId, ...given }) }),
});

function publisherOf(
  { principal, request }: Pick<Call, 'principal' | 'request'>,
  { owner, ownCalls }: Pick<EventBridgeServices, 'owner' | 'ownCalls'>,
) {
  return {
    accountId: 'accountId' in principal ? principal.accountId : owner.accountId,
    accessKeyId: principal.type === 'role' ? principal.accessKeyId : undefined,
    sourceIp: request.remoteAddress,
    hops: hopsOf(request, ownCalls),
  };
}

/** `DataContentType` is `datacontenttype`; data that is a text of JSON is that JSON. */
function toCloudEvent(entry: Record<string, unknown>): unknown {
  const event = Object.fromEntries(Object.entries(entry).map(([name, value]) => [name.toLowerCase(), value]));
  return { specversion: '1.0', ...event, ...(typeof event.data === 'string' ? { data: parsed(event.data) } : {}) };
}

function parsed(text: string): unknown {
  try {
    return readExact(text);
  } catch {
    // A text that is no JSON is the data itself.
    return text;
  }
}
