/** EventBridge PutEvents: publishes up to 16 events; over RPC as a list of members, on the data plane as CloudEvents. */
import { z } from 'zod';
import { operationsOf } from '../../../src/kernel/operation.ts';
import { EventBridgeError } from '../errors.ts';
import { BATCH_BYTES_MAX } from '../limits.ts';
import { readHttpEvents } from '../service/http-binding.ts';
import { resourceArn } from '../service/names.ts';
import { entryShape } from '../wire/shapes.ts';
import { apiOperation, jsonText } from './api.ts';
import type { EventBridgeServices } from './services.ts';

export const PutEvents = apiOperation({
  name: 'PutEvents',
  // UNVERIFIED EVB-029: where the parameters of the newest RPC operation travel; query and form are read alike.
  input: () =>
    z.object({ EventBusName: z.string().min(1), EventList: jsonText(z.array(z.record(z.string(), z.unknown()))) }),
  async handle({ EventBusName: bus, EventList }, { putEvents, owner }, { principal, request }) {
    const accountId = 'accountId' in principal ? principal.accountId : owner.accountId;
    const entries = await putEvents({
      ...{ events: EventList.map(toCloudEvent), bus, accountId, sourceIp: request.remoteAddress },
      accessKeyId: principal.type === 'role' ? principal.accessKeyId : undefined,
      authorize: () => undefined,
    });
    return putEventsAnswer(entries);
  },
});

export const PutCloudEvents = operationsOf<EventBridgeServices>()({
  name: 'openapi/putEvents',
  match: { method: 'POST', path: '/openapi/putEvents' },
  ram: [],
  body: 'bytes',
  bodyBytesMax: BATCH_BYTES_MAX,
  input: () => z.object({ body: z.instanceof(Uint8Array) }),
  async handle({ body }, { putEvents, owner }, { principal, request, authorize }) {
    const read = readHttpEvents({ headers: request.headers, body });
    if (!read.ok) throw new EventBridgeError('EventInvalid', { reason: read.reason });
    const accountId = 'accountId' in principal ? principal.accountId : owner.accountId;
    const entries = await putEvents({
      ...{ events: read.events, bus: undefined, accountId, sourceIp: request.remoteAddress },
      accessKeyId: principal.type === 'role' ? principal.accessKeyId : undefined,
      authorize: (bus) => authorize('eventbridge:PutEvents', resourceArn(owner, bus)),
    });
    return { ResourceOwnerAccountId: owner.accountId, ...putEventsAnswer(entries) };
  },
  encode: (given, _input, { requestId }) => ({ status: 200, body: JSON.stringify({ RequestId: requestId, ...given }) }),
});

export function putEventsAnswer(entries: readonly Parameters<typeof entryShape>[0][]) {
  return {
    FailedEntryCount: entries.filter(({ errorCode }) => errorCode !== undefined).length,
    EntryList: entries.map(entryShape),
  };
}

/** `DataContentType` is `datacontenttype`; data that is a text of JSON is that JSON. */
function toCloudEvent(entry: Record<string, unknown>): unknown {
  const event = Object.fromEntries(Object.entries(entry).map(([name, value]) => [name.toLowerCase(), value]));
  return { specversion: '1.0', ...event, ...(typeof event.data === 'string' ? { data: parsed(event.data) } : {}) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A text that is no JSON is the data itself.
    return text;
  }
}
