/** SIGTERM while a function runs: nobody new is served, and what is under way ends whole, its own calls included. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { invokeFunction, ossClient } from '../support/clients.ts';
import { until } from '../support/processes.ts';
import { startCli } from '../support/start-cli.ts';
import { writeProject } from '../support/template.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BUCKET = 'results';
const ROLE = 'worker';
const HELPER = 'helper';

/** Waits for a file, then calls another function and puts an object, both with the keys it was lent. */
const HANDLER = `const { createHmac } = require('crypto');
const { existsSync, writeFileSync } = require('fs');
exports.handler = async (event, { credentials }) => {
  writeFileSync(process.env.FOLDER + '/started', '');
  while (!existsSync(process.env.FOLDER + '/go')) await new Promise((done) => setTimeout(done, 5));
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  const date = new Date().toUTCString();
  const path = '/2023-03-30/functions/${HELPER}/invocations';
  const called = ['POST', '', '', date, 'x-fc-security-token:' + securityToken, path].join('\\n');
  const authorization = 'FC ' + accessKeyId + ':' + createHmac('sha256', accessKeySecret).update(called).digest('base64');
  const asked = { date, authorization, 'x-fc-security-token': securityToken };
  const helped = await fetch(process.env.ENDPOINT + path, { method: 'POST', headers: asked });
  const help = helped.status + ' ' + (await helped.text());
  const text = ['PUT', '', 'text/plain', date, 'x-oss-security-token:' + securityToken, '/${BUCKET}/late'].join('\\n');
  const signature = createHmac('sha1', accessKeySecret).update(text).digest('base64');
  const headers = {
    date, 'content-type': 'text/plain', 'x-oss-security-token': securityToken,
    authorization: 'OSS ' + accessKeyId + ':' + signature,
  };
  const answer = await fetch(process.env.ENDPOINT + '/${BUCKET}/late', { method: 'PUT', headers, body: 'in time' });
  return help + ', ' + answer.status + ' ' + (await answer.text());
};`;

const allow = (statement: object) => ({ Version: '1', Statement: [{ Effect: 'Allow', ...statement }] });

function project(folder: string): void {
  const environmentVariables = { FOLDER: folder, ENDPOINT: `\${env('LOCALYUN_ENDPOINT')}` };
  const props = { role: `acs:ram::1234567890123456:role/${ROLE}`, environmentVariables, timeout: 10 };
  const trust = allow({ Action: 'sts:AssumeRole', Principal: { Service: ['fc.aliyuncs.com'] } });
  const settings = {
    buckets: [{ name: BUCKET }],
    roles: [{ name: ROLE, assumeRolePolicyDocument: trust, policies: ['write'] }],
    policies: [{ name: 'write', document: allow({ Action: ['oss:PutObject', 'fc:InvokeFunction'], Resource: ['*'] }) }],
  };
  const helper = { code: { 'index.js': "exports.handler = async () => 'helped';" } };
  writeProject({ functions: { slow: { code: { 'index.js': HANDLER }, props }, [HELPER]: helper }, settings }, folder);
}

test('takes no new call, lets a running function call another and write its result, and keeps it', async () => {
  const folder = temporaryFolder();
  project(folder);
  const flags = ['--data-dir', 'state', '--template', 's.yaml', '--cold-start', 'off', '--no-watch'];
  const stack = await startCli(flags, { cwd: folder });
  const running = invokeFunction(stack.ready, 'slow');
  await until('the function runs', () => existsSync(join(folder, 'started')));
  stack.signal('SIGTERM');
  await until('new calls are refused', async () => (await statusOf(`${stack.endpoint}/${BUCKET}/k`)) === 503);
  writeFileSync(join(folder, 'go'), '');
  expect(await running).toMatchObject({ status: 200, body: '200 helped, 200 ' });
  expect(await stack.ended).toMatchObject({ code: 0 });

  const next = await startCli(flags, { cwd: folder });
  const { content } = await ossClient(next.ready, BUCKET).get('late');
  expect(String(content)).toBe('in time');
  await next.stop();
});

async function statusOf(url: string): Promise<number> {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  return answer.status;
}
