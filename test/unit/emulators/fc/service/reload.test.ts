/** Saving a handler: the next call runs the new code, a running one ends on the old. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FcRoom, openFcRoom } from '../../../../support/fc-room.ts';

let room: FcRoom;
let reloaded: { functionName: string; file: string }[];
let onReload: () => void;
beforeEach(async () => {
  reloaded = [];
  onReload = () => undefined;
  room = await openFcRoom({
    watch: true,
    onReload: (reload) => {
      if (reload.is !== 'code') throw new Error(`no template was saved: ${JSON.stringify(reload)}`);
      reloaded.push({ functionName: reload.functionName, file: reload.file });
      onReload();
    },
  });
  room.writeCode({ 'index.js': handler('old'), 'lib/part.js': 'exports.part = 1;' });
});
afterEach(() => room.close());

const handler = (text: string) =>
  `exports.handler = async (event) => { await new Promise((done) => setTimeout(done, Number(event.toString() || 0))); return '${text}'; };`;

function call(functionName: string, payload = ''): Promise<string> {
  const request = {
    functionName,
    qualifier: undefined,
    payload: Buffer.from(payload),
    type: 'sync',
    cause: { kind: 'api' },
  } as const;
  return room.fc.invoker
    .invoke(request)
    .then((answer) => (answer.ok ? Buffer.from(answer.payload).toString() : answer.code));
}

/** Resolves when a save is taken up. */
function nextReload(): Promise<void> {
  return new Promise((resolve) => {
    onReload = resolve;
  });
}

async function deployed(): Promise<void> {
  await room.deploy({ f: {} });
  await room.fc.watching();
  await room.atRest();
}

test('new code answers the next call, and the change is told with its file', async () => {
  await deployed();
  expect(await call('f')).toBe('old');
  const reload = nextReload();
  writeFileSync(join(room.folder, 'code/index.js'), handler('new'));
  await reload;
  expect(await call('f')).toBe('new');
  expect(reloaded).toEqual([{ functionName: 'f', file: 'index.js' }]);
});

test('a call that runs ends on the code it began with', async () => {
  await deployed();
  // A process that only starts would load what is saved by then.
  expect(await call('f')).toBe('old');
  const running = call('f', '400');
  const reload = nextReload();
  writeFileSync(join(room.folder, 'code/index.js'), handler('new'));
  await reload;
  expect(await call('f')).toBe('new');
  expect(await running).toBe('old');
  await room.atRest();
  expect(new Set(room.fc.instances().instances.map(({ generation }) => generation)).size).toBe(1);
});

test('installed packages and version control are no code', async () => {
  await deployed();
  room.writeCode({ 'node_modules/x/index.js': '1', '.git/HEAD': 'x' });
  const reload = nextReload();
  writeFileSync(join(room.folder, 'code/lib/part.js'), 'exports.part = 22;');
  await reload;
  await room.atRest();
  expect(reloaded).toEqual([{ functionName: 'f', file: join('lib', 'part.js') }]);
});

test('a save before the watch began is found when it begins', async () => {
  await room.deploy({ f: {} });
  const reload = nextReload();
  writeFileSync(join(room.folder, 'code/index.js'), handler('in between'));
  await reload;
  expect(await call('f')).toBe('in between');
});

test('a handler that disappears fails the call by name, and works again when it is back', async () => {
  await deployed();
  const gone = nextReload();
  rmSync(join(room.folder, 'code/index.js'));
  await gone;
  expect(await call('f')).toContain('ImportModuleError');
  const back = nextReload();
  writeFileSync(join(room.folder, 'code/index.js'), handler('back'));
  await back;
  expect(await call('f')).toBe('back');
});

test('saves that follow one another at once are all taken up', async () => {
  await deployed();
  const save = async (text: string) => {
    const reload = nextReload();
    writeFileSync(join(room.folder, 'code/index.js'), handler(text));
    await reload;
  };
  for (const text of ['first', 'second', 'third', 'fourth']) await save(text);
  expect(await call('f')).toBe('fourth');
});
