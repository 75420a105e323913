/** The Express app under /_localyun/: the admin API that the CLI, tests and the console page use. */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { z } from 'zod';
import type { ControlledClock } from '../kernel/clock.ts';
import { parseDuration } from '../kernel/duration.ts';
import type { Emulator } from '../kernel/emulator.ts';
import { readExact, writeExact } from '../kernel/exact-json.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Settled } from '../kernel/settled.ts';
import type { DenialLog } from '../ports/access-decider.ts';
import type { EventHistory } from '../ports/event-history.ts';
import type { InvocationJournal } from '../ports/invocation-journal.ts';
import { listCalls } from './call-index.ts';
import { eventPath } from './event-path.ts';
import { guardOrigin } from './guard.ts';
import { renderMetrics } from './metrics.ts';

export interface ConsoleNeeds {
  version: string;
  listenHost: string;
  rooms: readonly Pick<Emulator, 'name' | 'rows'>[];
  clock: ControlledClock;
  settled: Settled;
  history: EventHistory;
  invocations: InvocationJournal;
  denials: DenialLog;
  /** Moves kernel time, settling on the way. */
  advanceTo(toMs: number): Promise<void>;
  reset(rooms: readonly string[] | undefined): Promise<void>;
  calls(): ReadonlyMap<string, number>;
  logger: Logger;
}

const ROOT = '/_localyun';
const SETTLED_MS = 30_000;
const SETTLED_MS_MAX = 600_000;
const LIST_MAX = 1000;
const BODY_BYTES_MAX = '1mb';

/** Digits of a query: an empty text is no 0. */
const whole = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number);
const limit = whole.pipe(z.number().min(1).max(LIST_MAX)).default(100);
const settledQuery = z.strictObject({ timeoutMs: whole.pipe(z.number().max(SETTLED_MS_MAX)).default(SETTLED_MS) });
const denialsQuery = z.strictObject({ limit });
const invocationsQuery = z.strictObject({ function: z.string().optional(), limit });
const resetBody = z.strictObject({ rooms: z.array(z.string()).optional() });
const clockBody = z.strictObject({
  mode: z.enum(['real', 'virtual']).optional(),
  now: z.iso.datetime({ offset: true }).optional(),
});
const advanceBody = z
  .strictObject({
    ms: z.union([z.number().min(0), z.string().transform(parseDuration)]).optional(),
    to: z.iso.datetime({ offset: true }).optional(),
  })
  .refine(({ ms, to }) => (ms === undefined) !== (to === undefined), 'give either ms or to');
const eventsQuery = z.strictObject({
  bus: z.string().optional(),
  source: z.string().optional(),
  type: z.string().optional(),
  subject: z.string().optional(),
  id: z.string().optional(),
  since: z.string().optional(),
  until: z.string().optional(),
  limit,
});
/** Senders choose the ids, and `..` in a path never arrives: with `id`, whatever stands in its place there is not looked at. */
const eventQuery = z.strictObject({ bus: z.string().min(1).optional(), id: z.string().min(1).optional() });
const replayBody = eventQuery.extend({ rule: z.string().min(1).optional() });
const replayAllBody = z.strictObject({
  bus: z.string().optional(),
  source: z.string().optional(),
  type: z.string().optional(),
  subject: z.string().optional(),
  since: z.string(),
  until: z.string().optional(),
  limit: z.number().int().min(1).max(LIST_MAX).default(LIST_MAX),
  rule: z.string().min(1).optional(),
});
const rulesTestBody = z
  .strictObject({
    event: z.unknown().optional(),
    eventId: z.string().optional(),
    pattern: z.unknown().optional(),
    bus: z.string().default('default'),
    rule: z.string().optional(),
  })
  .refine((body) => 'event' in body !== 'eventId' in body, 'give either event or eventId')
  .refine((body) => 'pattern' in body !== 'rule' in body, 'give either pattern or rule');

export function createConsole(needs: ConsoleNeeds): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(guardOrigin(needs.listenHost));
  // Whatever type it claims: curl calls its -d a form, and a body that is passed by would turn "reset oss" into "reset all".
  const taken = { limit: BODY_BYTES_MAX, type: () => true };
  // Events and patterns are read with all digits of their numbers.
  app.use(`${ROOT}/rules/test`, express.text(taken));
  app.use(express.json({ ...taken, strict: false }));
  app.use(ROOT, routes(needs));
  app.use((request: Request, response: Response) => {
    response
      .status(404)
      .json({ error: 'NotFound', message: `There is no ${request.method} ${request.path} in the admin API.` });
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) =>
    failed(error, request, response, needs.logger),
  );
  return app;
}

function routes(needs: ConsoleNeeds): express.Router {
  const router = express.Router();
  router.get('/', (_request, response) => {
    response.json({ name: 'LocalYun', version: needs.version, calls: listCalls(router, ROOT) });
  });
  stateRoutes(router, needs);
  clockRoutes(router, needs);
  eventRoutes(router, needs);
  return router;
}

function stateRoutes(router: express.Router, needs: ConsoleNeeds): void {
  router.get('/health', (_request, response) => {
    const rooms = Object.fromEntries(needs.rooms.map(({ name }) => [name, { status: 'running' }]));
    response.json({ status: 'running', version: needs.version, rooms });
  });
  router.get('/settled', async (request, response) => {
    const answer = await needs.settled.wait(settledQuery.parse(request.query).timeoutMs);
    if (answer.settled) response.json({ settled: true, waitedMs: answer.waitedMs });
    else response.status(408).json(answer);
  });
  router.post('/reset', async (request, response) => {
    const { rooms } = resetBody.parse(request.body ?? {});
    const unknown = rooms?.find((name) => !needs.rooms.some((room) => room.name === name));
    if (unknown !== undefined) {
      response.status(400).json({
        error: 'UnknownRoom',
        message: `There is no room ${unknown}; there are ${needs.rooms.map(({ name }) => name).join(', ')}.`,
      });
      return;
    }
    await needs.reset(rooms);
    response.json({ reset: rooms ?? needs.rooms.map(({ name }) => name) });
  });
  router.get('/operations', async (_request, response) => {
    const operations = needs.rooms.map(async (room) =>
      (await room.rows()).map(({ name, status, ram }) => ({
        ...{ room: room.name, name, status },
        ram: ram.map(({ action }) => action),
      })),
    );
    response.json((await Promise.all(operations)).flat());
  });
  router.get('/metrics', (_request, response) => {
    response.type('text/plain; version=0.0.4').send(renderMetrics(needs.calls()));
  });
  router.get('/denials', (request, response) => {
    response.json(needs.denials.list(denialsQuery.parse(request.query).limit));
  });
}

function clockRoutes(router: express.Router, { clock, advanceTo }: ConsoleNeeds): void {
  const show = () => ({ mode: clock.mode, now: clock.now().toISOString() });
  router.get('/clock', (_request, response) => void response.json(show()));
  router.post('/clock', (request, response) => {
    const { mode, now } = clockBody.parse(request.body ?? {});
    // What can be refused comes first: a clock that runs for a moment has moved.
    if (now) clock.setNow(Date.parse(now));
    if (mode) clock.setMode(mode);
    response.json(show());
  });
  router.post('/clock/advance', async (request, response) => {
    const { ms = 0, to } = advanceBody.parse(request.body ?? {});
    await advanceTo(to === undefined ? clock.nowMs() + ms : Date.parse(to));
    response.json(show());
  });
}

function eventRoutes(router: express.Router, { history, invocations, denials }: ConsoleNeeds): void {
  router.get('/events', (request, response) => void response.json(history.list(eventsQuery.parse(request.query))));
  router.get('/events/:id', (request, response) => {
    const { bus, id = request.params.id } = eventQuery.parse(request.query);
    const path = eventPath({ id, bus }, { history, invocations, denials });
    if (path) sendExact(response, path);
    else notFound(response, noEvent(id, bus));
  });
  router.post('/events/replay', async (request, response) => {
    const { rule, ...query } = replayAllBody.parse(request.body ?? {});
    response.json({ replayed: await history.replayAll(query, { rule }) });
  });
  router.post('/events/:id/replay', async (request, response) => {
    const { rule, bus, id = request.params.id } = replayBody.parse(request.body ?? {});
    const replayed = await history.replay(id, { rule, bus });
    if (replayed) response.json(replayed);
    else notFound(response, noEvent(id, bus));
  });
  router.get('/invocations', (request, response) => {
    response.json(invocations.list(invocationsQuery.parse(request.query)));
  });
  router.get('/invocations/:requestId', (request, response) => {
    const record = invocations.show(request.params.requestId);
    if (record) response.json(record);
    else notFound(response, `There is no invocation ${request.params.requestId}; it may have left the journal.`);
  });
  router.post('/rules/test', (request, response) => {
    const { event, eventId, pattern, bus, rule } = rulesTestBody.parse(readBody(request.body));
    const tested = history.testRule({
      event: eventId === undefined ? { value: event } : { id: eventId },
      rule: rule === undefined ? { pattern } : { bus, name: rule },
    });
    if (tested) sendExact(response, tested);
    else
      notFound(response, `There is no ${eventId === undefined ? '' : `event ${eventId}, or no `}rule ${rule ?? ''}.`);
  });
}

function readBody(text: string | undefined): unknown {
  try {
    return readExact(text || '{}');
  } catch (error) {
    throw Object.assign(error as SyntaxError, { status: 400 });
  }
}

/** Numbers of events with all of their digits. */
function sendExact(response: Response, answer: unknown): void {
  response.type('json').send(writeExact(answer));
}

function noEvent(id: string, bus: string | undefined): string {
  return `There is no event ${id}${bus === undefined ? '' : ` on the bus ${bus}`}; it was refused, or has left the history.`;
}

function notFound(response: Response, message: string): void {
  response.status(404).json({ error: 'NotFound', message });
}

function failed(error: unknown, request: Request, response: Response, logger: Logger): void {
  if (response.headersSent) return void response.destroy();
  if (error instanceof z.ZodError) {
    const [issue] = error.issues;
    const where = issue?.path.join('.') || 'the request';
    response.status(400).json({ error: 'InvalidArgument', message: `${where}: ${issue?.message ?? 'not valid'}.` });
    return;
  }
  if (error instanceof RangeError)
    return void response.status(400).json({ error: 'InvalidArgument', message: error.message });
  const status = clientStatus(error);
  if (status !== undefined)
    return void response.status(status).json({ error: 'BadRequest', message: (error as Error).message });
  logger.error('The admin API failed.', { method: request.method, path: request.path, error });
  response.status(500).json({ error: 'InternalError', message: 'The admin API failed; the log has the reason.' });
}

/** Express's own errors (bad JSON, body too large, bad escape) carry the status they ask for. */
function clientStatus(error: unknown): number | undefined {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}
