/** Buckets that are filled from a folder when they are new: at the first start, after a reset, and never over what is there. */
import { existsSync, mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startStack } from '../../src/index.ts';
import { factsOf, ossClient } from '../support/clients.ts';
import { until } from '../support/processes.ts';
import { runCli, spawnCli, startCli } from '../support/start-cli.ts';
import { writeFiles } from '../support/template.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SETTINGS = 'buckets:\n  - name: my-site\n    acl: public-read\n    seed: ./site\n';

test('a new bucket has the files of its folder, without events, and again after a reset', async () => {
  const cwd = temporaryFolder();
  writeFiles(cwd, { 'site/index.html': '<h1>hello</h1>', 'site/img/你好.svg': '<svg/>' });
  await using stack = await startStack({ cwd, buckets: [{ name: 'my-site', acl: 'public-read', seed: 'site' }] });
  const client = ossClient(factsOf(stack), 'my-site');
  const page = await fetch(`${stack.endpoint}/my-site/index.html`);
  expect([await page.text(), page.headers.get('content-type')]).toEqual(['<h1>hello</h1>', 'text/html']);
  expect(String((await client.get('img/你好.svg')).content)).toBe('<svg/>');
  await stack.settled();
  expect(stack.events.list({})).toEqual([]);

  await client.delete('index.html');
  await client.put('mine', Buffer.from('mine'));
  await stack.reset();
  const { objects } = await client.listV2({ 'max-keys': '10' }, {});
  expect(objects.map(({ name }) => name)).toEqual(['img/你好.svg', 'index.html']);
});

test('a later start leaves what calls made of it', async () => {
  const cwd = temporaryFolder();
  writeFiles(cwd, { 'conf/localyun.yaml': SETTINGS, 'conf/site/a': 'seed', 'conf/site/b': 'seed' });
  const flags = ['--config', 'conf/localyun.yaml', '--data-dir', 'state'];
  const first = await startCli(flags, { cwd });
  await ossClient(first.ready, 'my-site').put('a', Buffer.from('changed'));
  await ossClient(first.ready, 'my-site').delete('b');
  await first.stop();
  writeFiles(cwd, { 'conf/site/c': 'late' });

  const next = await startCli(flags, { cwd });
  const { objects } = await ossClient(next.ready, 'my-site').listV2({ 'max-keys': '10' }, {});
  expect(objects.map(({ name, size }) => [name, size])).toEqual([['a', 7]]);
  await next.stop();
});

test('a seed that can’t be one ends the start with a sentence a problem, and the next finds nothing half made', async () => {
  const cwd = temporaryFolder();
  writeFiles(cwd, { 'localyun.yaml': SETTINGS });
  const start = () => runCli(['start', '--json', '--port', '0', '--data-dir', 'state'], { cwd });
  const missing = await start();
  expect([missing.code, missing.stdout]).toEqual([2, '']);
  expect(missing.stderr).toContain(
    `The seed folder ${join(cwd, 'site')} can't be read (there is no such file or folder).`,
  );

  writeFiles(cwd, { 'site/good': 'x' });
  symlinkSync('/etc/hostname', join(cwd, 'site/link'));
  const outside = await start();
  expect(outside.code).toBe(2);
  expect(outside.stderr).toContain('is a link to /etc/hostname, outside of its seed folder.');

  rmSync(join(cwd, 'site/link'));
  const stack = await startCli(['--data-dir', 'state'], { cwd });
  expect(String((await ossClient(stack.ready, 'my-site').get('good')).content)).toBe('x');
  await stack.stop();
});

test('starts that are killed in the middle of it are taken up until the bucket is full', async () => {
  const cwd = temporaryFolder();
  writeFiles(cwd, { 'localyun.yaml': SETTINGS });
  mkdirSync(join(cwd, 'site'));
  const names = Array.from({ length: 1500 }, (_, index) => `f${String(index).padStart(4, '0')}`);
  for (const name of names) writeFileSync(join(cwd, 'site', name), name.repeat(200));
  const rows = join(cwd, 'state/db/data.mdb');
  const rowBytes = () => (existsSync(rows) ? statSync(rows).size : 0);
  for (let kill = 0; kill < 3; kill++) {
    const before = rowBytes();
    const cli = spawnCli(['start', '--json', '--port', '0', '--data-dir', 'state'], { cwd });
    await until('something was written', () => rowBytes() > before || cli.stdout() !== '');
    cli.signal('SIGKILL');
    await cli.ended;
  }

  const stack = await startCli(['--data-dir', 'state'], { cwd });
  const client = ossClient(stack.ready, 'my-site');
  const found: [string, number][] = [];
  for (let marker: string | undefined; ; ) {
    const page = await client.list({ 'max-keys': 1000, ...(marker ? { marker } : {}) }, {});
    found.push(...page.objects.map(({ name, size }): [string, number] => [name, size]));
    marker = page.nextMarker;
    if (!marker) break;
  }
  expect(found).toEqual(names.map((name) => [name, 1000]));
  await stack.stop();
});

test('a folder that holds the state is no seed', async () => {
  const cwd = temporaryFolder();
  writeFiles(cwd, { 'localyun.yaml': SETTINGS.replace('./site', '.') });
  const end = await runCli(['start', '--json', '--port', '0', '--data-dir', 'state'], { cwd });
  expect([end.code, end.stderr.includes('lie in one another')]).toEqual([2, true]);
});
