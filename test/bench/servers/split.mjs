// OSS behind the real gateway, going only so far with a GET or a PUT as it is told, and answering from memory there.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const product = await import(pathToFileURL(process.argv[2]).href);
const key = { accessKeyId: process.argv[3], accessKeySecret: process.argv[4] };
const BLOCK = Buffer.alloc(4096, 'x');
const NO_VALUES = {};
const SETTINGS = { region: 'cn-beijing', accountId: '1234567890123456', auth: 'enforce' };

const clock = product.createClock('real');
const logger = product.createLogger({ clock, level: 'warn', out: process.stderr, format: 'human' });
const ids = product.createIds(clock);
const settled = product.createSettled(clock);
const folder = process.cwd();
const database = product.openDatabase(path.join(folder, 'db'), { sync: true });
const outbox = product.createOutbox({ database, logger, settled, clock });
const calls = product.countCalls(logger);
const random = product.createRandom(1);
const kernel = { clock, ids, random, database, outbox, settled, logger, ...SETTINGS, onCall: calls.record };
const ram = await product.createRam({ ...kernel, accessKeys: [key], roles: [], policies: [] });
const store = await product.openEmbeddedStore({
  database,
  folder: path.join(folder, 'objects'),
  sync: true,
  ids,
  logger,
});
const needs = { ...kernel, credentials: ram.credentials, access: ram.access, store };
const oss = product.createOss(needs);
await oss.buckets.ensure({ name: 'bench' });
const whole = product.createEdge({ oss: oss.emulator.handle });

const subresources = product.subresourcesOf(product.operations);
const dialect = product.createDialect({ ...needs, domains: ['localhost'], subresources });
const table = product.createServedTable(product.operations);
/** Keeps nothing of what it received, or doesn't tell of it, as the stage has it. */
const reluctant = {
  ...store,
  async put(ref, staged, draft, { guard, tell }) {
    if (stage !== 'receive') return store.put(ref, staged, draft, stage === 'keep' ? { guard } : { guard, tell });
    await staged.discard();
    return undefined;
  },
};
const services = { store: reluctant, accountId: SETTINGS.accountId, region: SETTINGS.region };
let stage = 'whole';

/** The pipeline's own steps, in its order, and like it waiting for nothing that is there. */
function edge(request) {
  if (stage === 'whole') return whole(request);
  if (stage === 'gateway') return instead(request);
  const requestId = dialect.newRequestId();
  const startedMs = clock.monotonicMs();
  const { principal, target } = dialect.identify(request);
  if (stage === 'identify') return instead(request);
  const { row, params } = table.find(request, target);
  const authorize = (action, resource) =>
    dialect.authorize({ principal, request, requestId, operation: row.name, action, resource });
  authorize(row.ram[0].action, dialect.resource(params));
  if (stage === 'authorize') return instead(request);
  params.query = NO_VALUES;
  params.headers = request.headers;
  const input = row.input.parse(params);
  const call = { requestId, principal, now: clock.now(), body: request.body, request, authorize };
  return product.andThen(row.handle(input, services, call), (output) => {
    if (stage !== 'encode') return instead(request);
    const reply = row.encode(output, input, call);
    return dialect.finish(reply, { requestId, request, target, elapsedMs: clock.monotonicMs() - startedMs });
  });
}

function instead({ method, body }) {
  if (method === 'GET') {
    const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': String(BLOCK.length) };
    return { status: 200, headers, body: BLOCK };
  }
  body.resume();
  return { status: 200 };
}

// The last step is another room's, which hears of every object.
if (process.argv[5] === 'events') {
  const functions = {
    async invoke() {
      throw new Error('No rule leads here.');
    },
  };
  const bus = { ...needs, functions, endpoint: () => '', eventShape: 'documented', retryTimeScale: 1 };
  product.createEventBridge(bus).start();
}
await outbox.heard();
outbox.complete();

const server = await product.startServer({ host: '127.0.0.1', port: 0, edge, console() {}, clock, logger });
process.on('message', (message) => {
  if (message.stage) stage = message.stage;
  const { user, system } = process.cpuUsage();
  process.send({ cpuMicroseconds: user + system, endpoint: `http://${server.endpoint}` });
});
process.on('SIGTERM', () => process.exit(0));
