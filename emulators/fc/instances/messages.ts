/** Everything that crosses a worker's process boundary. Nothing else may. */
import { z } from 'zod';
import { LOG_CHUNK_CHARS_MAX, PAYLOAD_BYTES_MAX } from './limits.ts';

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.byteLength <= PAYLOAD_BYTES_MAX, {
  message: `bytes expected, at most ${PAYLOAD_BYTES_MAX}`,
});
const requestId = z.string().max(256);

/** How a runtime version differs from its neighbours on the one host Node that runs them all. */
const semantics = z.object({
  /** From nodejs18 on a resolved value is the result; before, only the callback counts. */
  usesResolvedValue: z.boolean(),
  /** From nodejs18 on a handler may be an ES module. */
  loadsEsModules: z.boolean(),
  /** From Node 15 on an unhandled rejection ends like an uncaught exception; before, it was a warning. */
  failsOnUnhandledRejection: z.boolean(),
});

const credentials = z.object({
  accessKeyId: z.string(),
  accessKeySecret: z.string(),
  securityToken: z.string(),
});

/** What `context` holds of the function and the worker can't know by itself: the same for all calls of an instance. */
const functionFacts = z.object({
  region: z.string(),
  accountId: z.string(),
  function: z.object({ name: z.string(), handler: z.string(), memory: z.number(), timeout: z.number() }),
  service: z.object({
    name: z.string(),
    logProject: z.string(),
    logStore: z.string(),
    qualifier: z.string(),
    versionId: z.string(),
  }),
});

const call = {
  requestId,
  handler: z.string(),
  credentials: credentials.optional(),
  retryCount: z.number().int().nonnegative(),
};

export const toWorker = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('assign'),
    codeDir: z.string(),
    /** The whole environment of the function: the worker's own is emptied first. */
    environment: z.record(z.string(), z.string()),
    semantics,
    facts: functionFacts,
  }),
  z.object({ type: z.literal('initialize'), ...call }),
  z.object({ type: z.literal('invoke'), ...call, event: bytes }),
  z.object({ type: z.literal('preStop'), ...call }),
]);

export const fromWorker = z.discriminatedUnion('type', [
  /** The bare bootstrap listens; it knows no function yet. */
  z.object({ type: z.literal('booted') }),
  /** Environment and folder of the function are in place; its code is loaded by the first call. */
  z.object({ type: z.literal('assigned') }),
  z.object({ type: z.literal('log'), requestId, text: z.string().max(LOG_CHUNK_CHARS_MAX) }),
  z.object({ type: z.literal('returned'), requestId, payload: bytes, rssBytes: z.number().nonnegative() }),
  z.object({
    type: z.literal('failed'),
    requestId,
    /** True only for an error the function itself handed to its callback. */
    handled: z.boolean(),
    /** The error JSON, as the caller gets it. */
    payload: bytes,
    rssBytes: z.number().nonnegative(),
  }),
]);

export type ToWorker = z.infer<typeof toWorker>;
export type FromWorker = z.infer<typeof fromWorker>;
export type AssignMessage = Extract<ToWorker, { type: 'assign' }>;
export type CallMessage = Exclude<ToWorker, { type: 'assign' }>;
export type RuntimeSemantics = z.infer<typeof semantics>;
export type InstanceCredentials = z.infer<typeof credentials>;
export type FunctionFacts = z.infer<typeof functionFacts>;
