/** One call's way: who, which row, may they, is it well-formed, do it, answer; every failure becomes the room's own refusal. */
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createClock } from '../../../../src/kernel/clock.ts';
import { operationsOf, planned } from '../../../../src/kernel/operation.ts';
import { createOperationTable } from '../../../../src/kernel/operation-table.ts';
import { type CallRecord, createPipeline, type Dialect, isServiceError } from '../../../../src/kernel/pipeline.ts';
import { describeError, type ErrorCatalogue, ServiceError } from '../../../../src/kernel/service-error.ts';
import type { WireRequest } from '../../../../src/kernel/wire.ts';
import { wireRequest } from '../../../support/wire-request.ts';

type Code =
  | 'BadSignature'
  | 'AccessDenied'
  | 'NotImplemented'
  | 'IncompleteBody'
  | 'InvalidArgument'
  | 'EntityTooLarge'
  | 'MalformedJson'
  | 'NoSuchNote';

const catalogue: ErrorCatalogue<Code> = {
  BadSignature: { status: 403, message: 'The signature does not match.' },
  AccessDenied: { status: 403, message: ({ action, resource }) => `${action} on ${resource} is not allowed` },
  NotImplemented: { status: 400, message: ({ operation }) => `${operation} is not served` },
  IncompleteBody: { status: 400, message: 'not all of it' },
  InvalidArgument: { status: 400, message: ({ path, value, message }) => `${path}: ${value}: ${message}` },
  EntityTooLarge: { status: 413, message: ({ limitBytes }) => `more than ${limitBytes}` },
  MalformedJson: { status: 400, message: 'no JSON' },
  NoSuchNote: { status: 404, message: 'no such note' },
};

class NoteError extends ServiceError<Code> {}

let steps: string[];
let bugs: unknown[];
let records: CallRecord[];
let notes: Map<string, unknown>;

beforeEach(() => {
  steps = [];
  bugs = [];
  records = [];
  notes = new Map([['a', 'first']]);
});

const operation = operationsOf<Map<string, unknown>>();

const GetNote = operation({
  name: 'GetNote',
  match: { method: 'GET', path: '/{note}' },
  ram: [{ action: 'notes:Get' }],
  input: z.object({ note: z.string(), query: z.object({ max: z.coerce.number().int().min(1).default(9) }) }),
  handle: ({ note, query }, services) => {
    steps.push('handle');
    const text = services.get(note);
    if (text === undefined) throw new NoteError('NoSuchNote');
    if (text instanceof Error) throw text;
    return { text, query };
  },
  encode: (output) => {
    steps.push('encode');
    return { status: 200, body: JSON.stringify(output) };
  },
});

const PutNote = operation({
  name: 'PutNote',
  match: { method: 'PUT', path: '/{note}' },
  ram: [{ action: 'notes:Put' }, { action: 'notes:Tag', header: 'x-tag' }],
  body: 'json',
  bodyBytesMax: 32,
  input: z.object({
    note: z.string(),
    body: z.strictObject({ text: z.string(), tags: z.array(z.string().max(3)).optional() }),
  }),
  handle: ({ note, body }, services, call) => {
    if (body.tags) call.authorize('notes:TagMany', `note/${note}`);
    services.set(note, body.text);
  },
  encode: () => ({ status: 201 }),
});

const AppendNote = operation({
  name: 'AppendNote',
  match: { method: 'POST', path: '/{note}' },
  ram: [],
  body: 'bytes',
  input: z.object({ body: z.instanceof(Uint8Array) }),
  handle: ({ body }) => body.byteLength,
  encode: (sizeBytes) => ({ status: 200, body: String(sizeBytes) }),
});

const StreamNote = operation({
  name: 'StreamNote',
  match: { method: 'POST', path: '/{note}', query: ['stream'] },
  ram: [],
  body: 'stream',
  input: z.object({ query: z.record(z.string(), z.string()) }),
  handle: ({ query }, _services, call) => ({ isUnread: !call.body.readableDidRead, query }),
  encode: (output) => ({ status: 200, body: JSON.stringify(output) }),
});

const dialect: Dialect = {
  room: 'notes',
  newRequestId: () => `request-${records.length + 1}`,
  identify(request) {
    steps.push('identify');
    if (request.headers.authorization === 'wrong') throw new NoteError('BadSignature');
    return {
      principal: { type: 'account', accountId: '1' },
      target: { segments: request.rawPath.split('/').slice(1) },
    };
  },
  resource: ({ note }) => `note/${note}`,
  authorize({ action, resource, operation: name, request }) {
    steps.push(`authorize ${action}`);
    expect(name).toMatch(/Note$/);
    if (request.headers['x-deny'] === action) throw new NoteError('AccessDenied', { action, resource });
  },
  unserved: (request, _target, name) =>
    new NoteError('NotImplemented', { operation: name ?? `${request.method} ${request.rawPath}` }),
  invalid: ({ path, value, message }) =>
    new NoteError('InvalidArgument', {
      path: path.join('.'),
      value,
      message: `${path.join('.')}: ${JSON.stringify(value)}: ${message}`,
    }),
  tooLarge: (limitBytes) => new NoteError('EntityTooLarge', { limitBytes }),
  parseBody(kind, bytes, row) {
    steps.push(`parse ${kind} of ${row.name}`);
    try {
      return JSON.parse(Buffer.from(bytes).toString('utf8'));
    } catch (cause) {
      throw new NoteError('MalformedJson', {}, { cause });
    }
  },
  refuse(error, { requestId }) {
    if (!isServiceError(error)) {
      bugs.push(error);
      return { status: 500, body: `InternalError ${requestId}` };
    }
    const { status, message } = describeError(error as NoteError, catalogue);
    return { status, body: `${error.code}: ${message}` };
  },
  finish: (reply, { requestId }) => ({ ...reply, headers: { ...reply.headers, 'x-request-id': requestId } }),
};

const handle = (request: WireRequest, spoken: Dialect) =>
  createPipeline({
    dialect: spoken,
    table: createOperationTable([
      GetNote,
      PutNote,
      AppendNote,
      StreamNote,
      planned('DropNote', { method: 'DELETE', path: '/{note}' }),
    ]),
    services: notes,
    clock: createClock(),
    onCall: (record) => records.push(record),
  })(request);

interface Sent {
  query?: [string, string][];
  headers?: Record<string, string>;
  body?: Readable;
  signal?: AbortSignal;
  dialect?: Dialect;
}

function call(
  method: string,
  rawPath: string,
  { signal = new AbortController().signal, dialect: spoken = dialect, ...sent }: Sent = {},
) {
  return handle(wireRequest({ method, rawPath, signal: () => signal, ...sent }), spoken);
}

const json = (value: unknown) => Readable.from([Buffer.from(JSON.stringify(value))]);

afterEach(() => {
  for (const record of records) expect(record.durationMs).toBeGreaterThanOrEqual(0);
});

test('goes identify, row, authorize, parse, handle, encode, in that order', async () => {
  const reply = await call('GET', '/a', { query: [['max', '3']] });
  expect(reply).toEqual({
    status: 200,
    body: '{"text":"first","query":{"max":3}}',
    headers: { 'x-request-id': 'request-1' },
  });
  expect(steps).toEqual(['identify', 'authorize notes:Get', 'handle', 'encode']);
  expect(records).toEqual([
    expect.objectContaining({
      room: 'notes',
      operation: 'GetNote',
      requestId: 'request-1',
      method: 'GET',
      rawPath: '/a',
      status: 200,
      error: undefined,
      principal: { type: 'account', accountId: '1' },
    }),
  ]);
});

test('asks for the permission of a header only when it is sent, and before it reads the body', async () => {
  await call('PUT', '/b', { body: json({ text: 't' }) });
  await call('PUT', '/b', { body: json({ text: 't' }), headers: { 'x-tag': '' } });
  expect(steps).toEqual([
    'identify',
    'authorize notes:Put',
    'parse json of PutNote',
    'identify',
    'authorize notes:Put',
    'authorize notes:Tag',
    'parse json of PutNote',
  ]);
});

describe('refuses', () => {
  test.each<[string, string, string, Sent, string, number, string | undefined]>([
    [
      'a bad signature before anything else',
      'DELETE',
      '/a/b',
      { headers: { authorization: 'wrong' } },
      'BadSignature: The signature does not match.',
      403,
      undefined,
    ],
    ['what no row serves', 'PATCH', '/a', {}, 'NotImplemented: PATCH /a is not served', 400, undefined],
    ['a planned row by its name', 'DELETE', '/a', {}, 'NotImplemented: DropNote is not served', 400, 'DropNote'],
    [
      'the caller before it complains of the input',
      'GET',
      '/a',
      { query: [['max', 'x']], headers: { 'x-deny': 'notes:Get' } },
      'AccessDenied: notes:Get on note/a is not allowed',
      403,
      'GetNote',
    ],
    [
      'what only the body tells is not allowed',
      'PUT',
      '/b',
      { body: json({ text: 't', tags: [] }), headers: { 'x-deny': 'notes:TagMany' } },
      'AccessDenied: notes:TagMany on note/b is not allowed',
      403,
      'PutNote',
    ],
    [
      'input, saying where and what was sent',
      'GET',
      '/a',
      { query: [['max', '0']] },
      'InvalidArgument: query.max: "0": Too small: expected number to be >=1',
      400,
      'GetNote',
    ],
    [
      'the first of a repeated parameter',
      'GET',
      '/a',
      {
        query: [
          ['max', '-1'],
          ['max', '5'],
        ],
      },
      'InvalidArgument: query.max: "-1": Too small: expected number to be >=1',
      400,
      'GetNote',
    ],
    [
      'deep input by its path',
      'PUT',
      '/b',
      { body: json({ text: 't', tags: ['a', 'long'] }) },
      'InvalidArgument: body.tags.1: "long": Too big: expected string to have <=3 characters',
      400,
      'PutNote',
    ],
    [
      'what is missing, with undefined as its value',
      'PUT',
      '/b',
      { body: json({}) },
      'InvalidArgument: body.text: undefined: Invalid input: expected string, received undefined',
      400,
      'PutNote',
    ],
    [
      'a body that is no JSON',
      'PUT',
      '/b',
      { body: Readable.from([Buffer.from('{')]) },
      'MalformedJson: no JSON',
      400,
      'PutNote',
    ],
    ['what the service says is not there', 'GET', '/nowhere', {}, 'NoSuchNote: no such note', 404, 'GetNote'],
  ])('%s', async (_what, method, path, sent, body, status, name) => {
    const reply = await call(method, path, sent);
    expect(reply).toEqual({ status, body, headers: { 'x-request-id': 'request-1' } });
    expect(records).toEqual([expect.objectContaining({ operation: name, status, error: expect.any(NoteError) })]);
    expect(bugs).toEqual([]);
    expect(notes.has('b')).toBe(false);
  });

  test('our own bug as the room does, with the error kept for the journal', async () => {
    const bug = new TypeError('x is not a function');
    notes.set('a', bug);
    expect(await call('GET', '/a')).toMatchObject({ status: 500, body: 'InternalError request-1' });
    expect(bugs).toEqual([bug]);
    expect(records).toEqual([expect.objectContaining({ operation: 'GetNote', status: 500, error: bug })]);
  });
});

describe('a whole body', () => {
  const sized = (text: string) => json({ text }).map((chunk: Buffer) => chunk);
  const OVERHEAD = JSON.stringify({ text: '' }).length;

  test.each([
    ['at the limit', 32 - OVERHEAD, 201],
    ['one byte over it', 33 - OVERHEAD, 413],
  ])('%s', async (_what, length, status) => {
    expect(await call('PUT', '/b', { body: sized('x'.repeat(length)) })).toMatchObject({ status });
  });

  test('over the limit is refused without being read on, and without cutting the connection it comes on', async () => {
    let chunksRead = 0;
    const body = new Readable({
      highWaterMark: 8,
      read() {
        chunksRead++;
        this.push(Buffer.alloc(8));
      },
    });
    expect(await call('PUT', '/b', { body })).toMatchObject({ status: 413, body: 'EntityTooLarge: more than 32' });
    expect(chunksRead).toBeLessThan(20);
    expect(body.destroyed).toBe(false);
    body.destroy();
  });

  test('has a limit of 4 MiB where the row names none', async () => {
    const size = (bytes: number) => call('POST', '/a', { body: Readable.from([Buffer.alloc(bytes)]) });
    expect(await size(4 * 1024 * 1024)).toMatchObject({ status: 200, body: '4194304' });
    expect(await size(4 * 1024 * 1024 + 1)).toMatchObject({ status: 413 });
  });

  test.each([undefined, 'IncompleteBody'] as const)(
    'that ends before its announced length is refused, in the word %s that the room has for it',
    async (code) => {
      const word = code ? { incomplete: (cause: unknown) => new NoteError(code, {}, { cause }) } : {};
      const body = new Readable({
        read() {
          this.destroy(Object.assign(new Error('ended early'), { code: 'ECONNRESET' }));
        },
      });
      const reply = await call('POST', '/a', { body, dialect: { ...dialect, ...word } });
      expect(reply).toMatchObject({ status: 400, body: expect.stringMatching(code ?? /^InvalidArgument: .*ended/) });
      expect(bugs).toEqual([]);
    },
  );

  test('that breaks off because the client went away is not our bug', async () => {
    const gone = new AbortController();
    const body = new Readable({
      read() {
        gone.abort(new Error('The client closed the connection.'));
        this.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
      },
    });
    const reply = await call('PUT', '/b', { body, signal: gone.signal });
    expect(reply.status).toBe(499);
    expect(bugs).toEqual([]);
    expect(records).toEqual([expect.objectContaining({ operation: 'PutNote', status: 499 })]);
  });
});

test('a streaming row gets its body unread, and parameters named like parts of every object', async () => {
  const query: [string, string][] = [
    ['stream', ''],
    ['constructor', 'c'],
    ['toString', 't'],
  ];
  const reply = await call('POST', '/a', { query, body: json('x') });
  expect(JSON.parse(String(reply.body))).toEqual({
    isUnread: true,
    query: { stream: '', constructor: 'c', toString: 't' },
  });
});
