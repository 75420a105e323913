/** The room's wire without a socket: garbage, callers without permission, clients that leave. */
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { WireRequest } from '../../../../src/kernel/wire.ts';
import { signRpcV1 } from '../../../../src/signing/rpc-v1.ts';
import { KEY, openRamRoom, RAM_CONFIG, type RamRoom, WORKER_ARN } from '../../../support/ram-room.ts';
import { wireRequest } from '../../../support/wire-request.ts';

let room: RamRoom;
afterEach(() => room.close());

function request(more: Partial<WireRequest> = {}): WireRequest {
  return wireRequest({ remoteAddress: '10.1.2.3', ...more });
}

let nonce = 0;

function signed(parameters: Record<string, string>, credentials = KEY): WireRequest {
  const own = Object.entries({ Version: '2015-04-01', Format: 'JSON', ...parameters });
  const atMs = room.clock.hostNowMs();
  const added = signRpcV1({ method: 'POST', parameters: own, credentials, atMs, nonce: `n${nonce++}` });
  return request({ query: [...own, ...added] });
}

test('garbage is refused in the form that was asked for, never with a 5xx', async () => {
  room = await openRamRoom();
  const name = fc.constantFrom(
    'Action',
    'Version',
    'Format',
    'AccessKeyId',
    'Signature',
    'Timestamp',
    'SecurityToken',
    '__proto__',
    'a.1.b',
  );
  const value = fc.oneof(
    fc.constantFrom('GetCallerIdentity', 'AssumeRole', '2015-04-01', 'XML', KEY.accessKeyId),
    fc.string(),
  );
  const header = fc.constantFrom('authorization', 'x-acs-action', 'x-acs-version', 'content-type', 'x-acs-date');
  const headerValue = fc.oneof(
    fc.constantFrom(
      'ACS3-HMAC-SHA256 Credential=x,SignedHeaders=host,Signature=y',
      'application/x-www-form-urlencoded',
      'acs a:b',
    ),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(name, value)),
      fc.dictionary(header, headerValue),
      fc.uint8Array({ maxLength: 200 }),
      async (query, headers, bytes) => {
        const reply = await room.ram.emulator.handle(
          request({ query, headers, body: Readable.from([Buffer.from(bytes)]) }),
        );
        expect(reply.status).toBeGreaterThanOrEqual(400);
        expect(reply.status).toBeLessThan(500);
        expect(String(reply.body)).toMatch(/^(\{"RequestId":"|<\?xml )/);
      },
    ),
    { numRuns: 500 },
  );
});

describe('a permission with a condition', () => {
  const config = (address: string) => {
    const Statement = [
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Resource: '*',
        Condition: { IpAddress: { 'acs:SourceIp': address } },
      },
    ];
    return { name: 'chain', document: { Version: '1' as const, Statement } };
  };

  async function chain(address: string, auth: 'enforce' | 'log' | 'off' = 'enforce') {
    const roles = RAM_CONFIG.roles.map((role) => ({ ...role, policies: ['chain'] }));
    room = await openRamRoom({ config: { ...RAM_CONFIG, roles, policies: [config(address)] }, auth });
    const wanted = { roleArn: WORKER_ARN, sessionName: 'first', service: 'fc.aliyuncs.com', durationSeconds: 900 };
    const answer = await room.ram.roles.assumeRole(wanted);
    if (!answer.ok) throw new Error(answer.reason);
    const parameters = { Action: 'AssumeRole', RoleArn: WORKER_ARN, RoleSessionName: 'second' };
    const reply = await room.ram.emulator.handle(signed(parameters, answer.credentials));
    return { status: reply.status, body: JSON.parse(String(reply.body)) as Record<string, unknown> };
  }

  test('is given to the address it is for', async () => {
    expect((await chain('10.0.0.0/8')).status).toBe(200);
  });

  test('is refused to another, and the log says why', async () => {
    expect(await chain('11.0.0.0/8')).toMatchObject({ status: 403, body: { Code: 'NoPermission' } });
    expect(room.logged).toContainEqual(
      expect.objectContaining({
        message: 'Access denied.',
        reason: expect.stringContaining('policies looked at: chain'),
      }),
    );
    expect(room.ram.denials.list(1)).toHaveLength(1);
  });

  test('is only missed aloud when auth is set to log', async () => {
    expect((await chain('11.0.0.0/8', 'log')).status).toBe(200);
    expect(room.ram.denials.list(1)).toHaveLength(1);
    expect(room.logged.some(({ message }) => String(message).includes('would be refused'))).toBe(true);
  });

  test('is not looked at when auth is off', async () => {
    expect((await chain('11.0.0.0/8', 'off')).status).toBe(200);
    expect(room.ram.denials.list(1)).toEqual([]);
  });
});

test('a client that leaves in the middle of its body is no error of ours', async () => {
  room = await openRamRoom();
  const gone = new AbortController();
  const body = new Readable({
    read() {
      gone.abort();
      this.destroy(new Error('aborted'));
    },
  });
  const reply = await room.ram.emulator.handle(request({ body, signal: () => gone.signal }));
  expect(reply.status).toBe(499);
  expect(room.logged.map(({ level }) => level)).not.toContain('error');
});
