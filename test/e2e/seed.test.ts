/** Buckets that are filled from a folder when they are new: at the first start, after a reset, and never over what is there. */
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startStack } from '../../src/index.ts';
import { factsOf, ossClient } from '../support/clients.ts';
import { runCli, startCli } from '../support/start-cli.ts';
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

test('a folder that holds the state is no seed', async () => {
  const cwd = temporaryFolder();
  writeFiles(cwd, { 'localyun.yaml': SETTINGS.replace('./site', '.') });
  const end = await runCli(['start', '--json', '--port', '0', '--data-dir', 'state'], { cwd });
  expect([end.code, end.stderr.includes('lie in one another')]).toEqual([2, true]);
});
