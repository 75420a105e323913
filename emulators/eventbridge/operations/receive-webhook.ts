/** What calls of a webhook's URL come to: one event on the bus of its source. */
import { z } from 'zod';
import { operationsOf } from '../../../src/kernel/operation.ts';
import { BATCH_BYTES_MAX } from '../limits.ts';
import { sourceArn } from '../service/names.ts';
import { checkWebhook, webhookEvent } from '../sources/webhook.ts';
import { entriesShape } from '../wire/shapes.ts';
import { type EventBridgeServices, hopsOf } from './services.ts';

/** Help page "Custom event source with an HTTP/HTTPS trigger". The token stands for a signature. */
export const ReceiveWebhook = operationsOf<EventBridgeServices>()({
  name: 'webhook/putEvents',
  match: { method: 'POST', path: '/webhook/putEvents' },
  ram: [],
  body: 'bytes',
  bodyBytesMax: BATCH_BYTES_MAX,
  input: () => z.object({ query: z.object({ token: z.string().default('') }), body: z.instanceof(Uint8Array) }),
  async handle({ query: { token }, body }, { sources, putEvents, owner, ownCalls, newEventId }, { request, now }) {
    const source = sources.ofToken(token);
    const { method, rawPath: path, headers, query, remoteAddress } = request;
    const received = { method, path, headers, query, body, remoteAddress };
    checkWebhook(source, received);
    const subject = sourceArn(owner, source.bus, source.name);
    const event = webhookEvent(source, received, { id: newEventId(), subject, time: now.toISOString() });
    const entries = await putEvents({
      ...{ events: [event], bus: source.bus, accountId: owner.accountId, sourceIp: remoteAddress },
      ...{ hops: hopsOf(request, ownCalls), accessKeyId: undefined },
      // The token is the permission.
      authorize: () => undefined,
    });
    return { ResourceOwnerAccountId: owner.accountId, ...entriesShape(entries) };
  },
  encode: (given, _input, { requestId }) => ({ status: 200, body: JSON.stringify({ RequestId: requestId, ...given }) }),
});
