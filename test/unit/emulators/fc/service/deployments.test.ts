/** Saving a template: what it says is deployed anew, and what is broken changes nothing. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Reload } from '../../../../../emulators/fc/index.ts';
import { FACTS } from '../../../../../src/ports/facts.ts';
import { type FcRoom, openFcRoom, templateOf } from '../../../../support/fc-room.ts';

type Functions = Parameters<typeof templateOf>[0];

let room: FcRoom;
let told: Reload[];
let busy: string[][];
let onReload: (reload: Reload) => void;
beforeEach(async () => {
  told = [];
  busy = [];
  onReload = () => undefined;
  room = await openFcRoom({
    watch: true,
    onReload: (reload) => {
      told.push(reload);
      busy.push(room.settled.busy());
      onReload(reload);
    },
  });
  room.writeCode({ 'index.js': 'exports.handler = async () => process.env.WORD ?? "none";' });
});
afterEach(() => room.close());

const path = () => join(room.folder, 's.yaml');

async function deployed(functions: Functions): Promise<void> {
  await room.deploy(functions);
  await room.fc.watching();
  await room.atRest();
}

/** Runs `work`, and resolves with what was told of it. */
async function heard(work: () => void): Promise<Reload> {
  const next = new Promise<Reload>((resolve) => {
    onReload = resolve;
  });
  work();
  const reload = await next;
  await room.atRest();
  return reload;
}

const save = (functions: Functions) => heard(() => writeFileSync(path(), templateOf(functions)));

async function call(functionName: string): Promise<string> {
  const answer = await room.fc.invoker.invoke({
    functionName,
    qualifier: undefined,
    payload: Buffer.alloc(0),
    type: 'sync',
    cause: { kind: 'api' },
  });
  return answer.ok ? Buffer.from(answer.payload).toString() : answer.code;
}

test('what changed is said by the names of the template, and the next call finds it', async () => {
  await deployed({ f: {}, g: {} });
  expect(await call('f')).toBe('none');
  const { f, g } = { f: { timeout: 9, memorySize: 256, environmentVariables: { WORD: 'new' } }, g: {} };
  expect(await save({ f, g })).toEqual({
    is: 'template',
    file: 's.yaml',
    changes: [
      {
        functionName: 'f',
        is: 'changed',
        what: expect.arrayContaining(['timeout', 'memorySize', 'environmentVariables']),
      },
    ],
    warnings: [],
  });
  expect(await call('f')).toBe('new');
});

test('is known to be in flight until it is told', async () => {
  await deployed({ f: {} });
  await save({ f: { timeout: 9 } });
  expect(busy).toEqual([['1 reloads']]);
});

test('functions come and go, and the code of a new one is watched', async () => {
  await deployed({ f: {} });
  mkdirSync(join(room.folder, 'more'));
  writeFileSync(join(room.folder, 'more/index.js'), 'exports.handler = async () => 1;');
  expect(await save({ g: { code: './more' } })).toMatchObject({
    changes: [
      { functionName: 'g', is: 'added' },
      { functionName: 'f', is: 'removed' },
    ],
  });
  expect([await call('g'), await call('f')]).toEqual(['1', 'FunctionNotFound']);
  await room.fc.watching();
  const reload = await heard(() =>
    writeFileSync(join(room.folder, 'more/index.js'), 'exports.handler = async () => 22;'),
  );
  expect(reload).toEqual({ is: 'code', functionName: 'g', file: 'index.js' });
  expect(await call('g')).toBe('22');
});

test('triggers are told of to the other rooms', async () => {
  const trigger = (types: string[]) => ({
    triggerName: 'eb',
    triggerType: 'eventbridge',
    triggerConfig: { asyncInvocationType: true, eventRuleFilterPattern: JSON.stringify({ type: types }) },
  });
  await deployed({ f: { triggers: [trigger(['a'])] } });
  room.facts.length = 0;
  expect(await save({ f: { triggers: [trigger(['b']), { ...trigger(['c']), triggerName: 'other' }] } })).toMatchObject({
    changes: [{ functionName: 'f', is: 'changed', what: ['trigger eb', 'new trigger other'] }],
  });
  expect(await save({ f: {} })).toMatchObject({ changes: [{ what: ['trigger eb removed', 'trigger other removed'] }] });
  const names = room.facts.filter(({ type }) => type === FACTS.triggerChanged).map(({ body }) => body);
  expect(names).toMatchObject([
    { triggerName: 'eb', config: { eventRuleFilterPattern: '{"type":["b"]}' } },
    { triggerName: 'other' },
    { triggerName: 'eb', config: undefined },
    { triggerName: 'other', config: undefined },
  ]);
});

test('a broken template is told with its problems, and what was deployed stays', async () => {
  await deployed({ f: {} });
  const broken = await heard(() => writeFileSync(path(), templateOf({ f: { timout: 9 } })));
  expect(broken).toMatchObject({ is: 'refused', file: 's.yaml', problems: [expect.stringContaining('timeout')] });
  const noYaml = await heard(() => writeFileSync(path(), 'edition: [\n'));
  expect(noYaml).toMatchObject({ is: 'refused', problems: [expect.stringContaining('s.yaml')] });
  const noCode = await heard(() => writeFileSync(path(), templateOf({ f: { code: './nowhere' } })));
  expect(noCode).toMatchObject({ is: 'refused', problems: [expect.stringContaining('nowhere')] });
  expect(await call('f')).toBe('none');
  expect(await save({ f: { timeout: 7 } })).toMatchObject({ changes: [{ functionName: 'f', what: ['timeout'] }] });
});

test('a broken template that is put back as it was is taken again, in so many words', async () => {
  await deployed({ f: {} });
  await heard(() => writeFileSync(path(), 'broken: ['));
  expect(await save({ f: {} })).toEqual({ is: 'template', file: 's.yaml', changes: [], warnings: [] });
});

test('a template that is gone changes nothing, and counts again when it is back', async () => {
  await deployed({ f: {} });
  expect(await heard(() => rmSync(path()))).toMatchObject({
    is: 'refused',
    problems: [expect.stringContaining("can't be read")],
  });
  expect(await call('f')).toBe('none');
  expect(await save({ f: { timeout: 6 } })).toMatchObject({ is: 'template' });
});

test('an editor that puts a new file in the place of the old one is followed, again and again', async () => {
  await deployed({ f: {} });
  for (const timeout of [11, 12, 13]) {
    const replaced = await heard(() => {
      writeFileSync(`${path()}.new`, templateOf({ f: { timeout } }));
      renameSync(`${path()}.new`, path());
    });
    expect(replaced).toMatchObject({ changes: [{ what: ['timeout'] }] });
  }
});

test('a save that changes no function says so, and one of other files beside it says nothing', async () => {
  await deployed({ f: {} });
  writeFileSync(join(room.folder, 'notes.txt'), 'x');
  const commented = await heard(() => writeFileSync(path(), `# a comment\n${templateOf({ f: {} })}`));
  expect(commented).toMatchObject({ is: 'template', changes: [] });
  expect(told).toHaveLength(1);
});

test('a save between the deploy and the beginning of the watch is found', async () => {
  await room.deploy({ f: {} });
  expect(await save({ f: { timeout: 8 } })).toMatchObject({ changes: [{ what: ['timeout'] }] });
});

test('a warning is told when it is new, not with every save', async () => {
  await deployed({ f: {} });
  const role = 'acs:ram::1234567890123456:role/missing';
  expect(await save({ f: { role } })).toMatchObject({
    changes: [{ what: ['role'] }],
    warnings: ["Function f: every call will fail, for its role can't be assumed: There is no such role."],
  });
  expect(await save({ f: { role, timeout: 8 } })).toMatchObject({ warnings: [] });
  // It still stands, until a save mends it.
  expect(room.fc.warnings()).toEqual([expect.stringContaining('no such role')]);
  await save({ f: { timeout: 8 } });
  expect(room.fc.warnings()).toEqual([]);
});

test('the templates are kept as they were taken last, for a reset', async () => {
  await deployed({ f: {} });
  await save({ f: { timeout: 8 } });
  await heard(() => writeFileSync(path(), 'broken: ['));
  expect(room.fc.templates()).toEqual([{ path: path(), text: templateOf({ f: { timeout: 8 } }), folder: room.folder }]);
});
