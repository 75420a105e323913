/** RPC calls: where parameters may lie, how lists are written, how answers are rendered. */
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { operationsOf, planned } from '../../../../src/kernel/operation.ts';
import type { WireRequest } from '../../../../src/kernel/wire.ts';
import {
  createRpcTable,
  finishRpc,
  readRpcCall,
  rpcErrorReply,
  rpcInput,
  rpcMatch,
  rpcReply,
  rpcTarget,
} from '../../../../src/protocols/rpc.ts';
import { wireRequest } from '../../../support/wire-request.ts';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

function request(rawQuery: string, headers: Record<string, string> = {}, body = ''): WireRequest {
  return wireRequest({ rawQuery, headers, body: Readable.from(body === '' ? [] : [Buffer.from(body)]) });
}

async function read(...given: Parameters<typeof request>) {
  const answer = await readRpcCall(request(...given));
  if (!answer.ok) throw new Error('too large');
  return answer.call;
}

describe('reading a call', () => {
  test('merges query and form; the first of a name wins', async () => {
    const call = await read('Action=A&Version=V&x=query', FORM, 'x=form&y=a%20b+c&z=%E4%B8%AD');
    expect(call).toMatchObject({ action: 'A', version: 'V' });
    expect({ ...call.parameters }).toEqual({ Action: 'A', Version: 'V', x: 'query', y: 'a b c', z: '中' });
    expect(call.form).toHaveLength(3);
  });

  test('takes everything from the form, as old clients send it', async () => {
    expect(await read('', FORM, 'Action=A&Version=V&Format=JSON')).toMatchObject({
      action: 'A',
      version: 'V',
      format: 'JSON',
    });
  });

  test('leaves a body alone that is no form', async () => {
    const call = await read('Action=A', { 'content-type': 'application/json' }, 'x=1');
    expect(call.parameters.x).toBeUndefined();
    expect(call.bodyBytes).toHaveLength(3);
  });

  test('believes what the signature covers where header and parameter differ', async () => {
    const headers = { 'x-acs-action': 'FromHeader', 'x-acs-version': 'H' };
    expect((await read('Action=FromQuery&Version=Q', headers)).action).toBe('FromQuery');
    const v3 = { ...headers, authorization: 'ACS3-HMAC-SHA256 Credential=x' };
    expect(await read('Action=FromQuery&Version=Q', v3)).toMatchObject({ action: 'FromHeader', version: 'H' });
  });

  test.each([
    ['Format=json', {}, 'JSON'],
    ['Format=XML', {}, 'XML'],
    ['format=xml', {}, 'XML'],
    ['', {}, 'XML'],
    ['', { 'x-acs-version': '2015-04-01' }, 'JSON'],
  ])('%j with %j is answered in its format', async (query, headers, format) => {
    expect((await read(query, headers)).format).toBe(format);
  });

  test('refuses a body over a mebibyte', async () => {
    const limitBytes = 1024 * 1024;
    expect((await readRpcCall(request('', FORM, 'x'.repeat(limitBytes)))).ok).toBe(true);
    expect(await readRpcCall(request('', FORM, 'x'.repeat(limitBytes + 1)))).toEqual({ ok: false, limitBytes });
  });

  test('is not confused by names that objects have', async () => {
    const call = await read('__proto__=x&constructor=y');
    expect(Object.keys(call.parameters)).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    expect((await read('')).action).toBe('');
  });
});

describe('lists and maps in flat parameters', () => {
  const parse = (flat: Record<string, string>) => rpcInput(z.record(z.string(), z.unknown())).parse(flat);

  test.each<[Record<string, string>, unknown]>([
    [{ A: '1' }, { A: '1' }],
    [{ 'A.1': 'x', 'A.2': 'y' }, { A: ['x', 'y'] }],
    [{ 'A.2': 'y', 'A.10': 'z', 'A.1': 'x' }, { A: ['x', 'y', 'z'] }],
    [{ 'Tag.1.Key': 'k', 'Tag.1.Value': 'v', 'Tag.2.Key': 'l' }, { Tag: [{ Key: 'k', Value: 'v' }, { Key: 'l' }] }],
    [{ 'O.K': 'v', 'O.L.1': 'x' }, { O: { K: 'v', L: ['x'] } }],
    [{ 'A.1': 'x', A: 'whole' }, { A: 'whole' }],
    [{ A: 'whole', 'A.1': 'x' }, { A: 'whole' }],
    [{ 'A.999999999': 'x' }, { A: ['x'] }],
    [
      { 'A..1': 'x', '.': 'y', 'A.': 'z' },
      { 'A..1': 'x', '.': 'y', 'A.': 'z' },
    ],
    [{ 'a.b.c.d.e.f.g.h.i': 'deep' }, { 'a.b.c.d.e.f.g.h.i': 'deep' }],
  ])('%j', (flat, nested) => {
    expect(JSON.parse(JSON.stringify(parse(flat)))).toEqual(nested);
  });

  test('reach no prototype', () => {
    const input = Object.assign(Object.create(null), {
      '__proto__.polluted': 'x',
      'constructor.prototype.polluted': 'x',
    });
    parse(input);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('finding a row', () => {
  const operation = operationsOf<undefined>();
  const served = operation({
    name: 'Do',
    match: rpcMatch('2015-04-01', 'Do'),
    ram: [],
    input: z.object({}),
    handle: () => ({}),
    encode: () => rpcReply({}),
  });
  const table = createRpcTable([served, planned('DoInRam', rpcMatch('2015-05-01', 'Do'))]);

  test('tells versions apart and takes GET for POST', async () => {
    for (const [version, name] of [
      ['2015-04-01', 'Do'],
      ['2015-05-01', 'DoInRam'],
    ]) {
      const call = await read(`Action=Do&Version=${version}&X=1`);
      const found = table.find({ method: 'GET', query: [], headers: {} }, rpcTarget(call));
      expect(found?.row.name).toBe(name);
      expect(found?.params).toMatchObject({ X: '1' });
    }
  });

  test.each(['Action=do&Version=2015-04-01', 'Action=Do', 'Version=2015-04-01', ''])('%j is no row', async (query) => {
    expect(table.find({ method: 'POST', query: [], headers: {} }, rpcTarget(await read(query)))).toBeUndefined();
  });
});

describe('an answer', () => {
  const facts = { action: 'Do', requestId: 'ID-1' };

  test('in JSON has the request id first, and its own header', () => {
    const reply = finishRpc(rpcReply({ Roles: { Role: [{ Name: '<a>' }] } }), { ...facts, format: 'JSON' });
    expect(reply).toEqual({
      status: 200,
      headers: { 'Content-Type': 'application/json;charset=utf-8', 'x-acs-request-id': 'ID-1' },
      body: '{"RequestId":"ID-1","Roles":{"Role":[{"Name":"<a>"}]}}',
    });
  });

  test('in XML is named after its action, lists in their singular', () => {
    const reply = finishRpc(rpcReply({ Roles: { Role: [{ Name: '<a>' }, { Name: 'b' }] } }), {
      ...facts,
      format: 'XML',
    });
    expect(reply.headers?.['Content-Type']).toBe('text/xml;charset=utf-8');
    expect(reply.body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<DoResponse><RequestId>ID-1</RequestId>' +
        '<Roles><Role><Name>&lt;a&gt;</Name></Role><Role><Name>b</Name></Role></Roles></DoResponse>',
    );
  });

  test('that refuses has the root Error', () => {
    const reply = finishRpc(rpcErrorReply(403, { Code: 'NoPermission', Left: undefined }), { ...facts, format: 'XML' });
    expect(reply.status).toBe(403);
    expect(reply.body).toContain('<Error><RequestId>ID-1</RequestId><Code>NoPermission</Code></Error>');
  });
});
