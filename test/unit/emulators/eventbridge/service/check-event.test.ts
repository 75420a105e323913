/** Which events a bus takes: every limit at its edge, and garbage. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkEvent } from '../../../../../emulators/eventbridge/service/check-event.ts';

const ADDED = {
  aliyunaccountid: '1',
  aliyunoriginalaccountid: '1',
  aliyuneventbusname: 'shop',
  aliyunregionid: 'cn-hangzhou',
  aliyunpublishtime: '2026-03-11T05:40:45.682Z',
};
const EVENT = { id: 'a', source: 'crm', type: 't', specversion: '1.0' };

function codeOf(changes: Record<string, unknown>): string | undefined {
  const checked = checkEvent({ ...EVENT, ...changes }, ADDED);
  return checked.ok ? undefined : checked.code;
}

test('the attributes come first, then what the bus adds, the data last; a sender’s own values for these are overwritten', () => {
  const checked = checkEvent({ data: { a: 1 }, mine: 'x', ...EVENT, aliyunpublishtime: 'forged', time: null }, ADDED);
  expect(checked.ok && checked.event).toEqual({ ...EVENT, mine: 'x', ...ADDED, data: { a: 1 } });
  expect(checked.ok && Object.keys(checked.event).at(-1)).toBe('data');
});

test('an event that a bus delivered is taken as it is', () => {
  const first = checkEvent({ ...EVENT, data: { a: 1 } }, { ...ADDED, aliyunpublishaddr: '127.0.0.1' });
  if (!first.ok) throw new Error(first.code);
  expect(checkEvent(first.event, { ...ADDED, aliyunpublishaddr: '127.0.0.2' })).toMatchObject({
    event: { ...first.event, aliyunpublishaddr: '127.0.0.2' },
  });
});

test.each([
  [{ id: 'x'.repeat(128) }, undefined],
  [{ id: 'x'.repeat(129) }, 'EventIdInvalid'],
  [{ id: '' }, 'EventIdEmpty'],
  [{ id: undefined }, 'EventIdEmpty'],
  [{ id: null }, 'EventIdEmpty'],
  [{ id: 5 }, 'EventIdInvalid'],
  [{ source: 'x'.repeat(128) }, undefined],
  [{ source: 'x'.repeat(129) }, 'EventSourceInvalid'],
  [{ source: 'a b' }, 'EventSourceInvalid'],
  [{ source: undefined }, 'EventSourceInvalid'],
  [{ type: 'x'.repeat(64) }, undefined],
  [{ type: 'x'.repeat(65) }, 'EventTypeInvalid'],
  [{ subject: 'x'.repeat(512) }, undefined],
  [{ subject: 'x'.repeat(513) }, 'EventSubjectInvalid'],
  [{ subject: '' }, 'EventSubjectInvalid'],
  [{ specversion: '0.3' }, undefined],
  [{ specversion: '2.0' }, 'EventSpecversionInvalid'],
  [{ specversion: undefined }, 'EventSpecversionInvalid'],
  [{ datacontenttype: 'application/json; charset=utf-8' }, undefined],
  [{ datacontenttype: 'nonsense' }, 'EventContentTypeInvalid'],
  [{ time: '2020-08-24T13:54:05.965Z' }, undefined],
  [{ time: '2020-08-24T13:54:05+08:00' }, undefined],
  [{ time: '2020-08-24T13:54:05.965Asia/Shanghai' }, undefined],
  [{ time: 'yesterday' }, 'EventTimeInvalid'],
  [{ time: '2020-12-31T23:59:60Z' }, undefined],
  [{ time: '2020-12-31T24:00Z' }, undefined],
  [{ time: '2020-13-01T00:00:00Z' }, 'EventTimeInvalid'],
  [{ time: '2020-00-01T00:00:00Z' }, 'EventTimeInvalid'],
  [{ time: '2020-01-32T00:00:00Z' }, 'EventTimeInvalid'],
  [{ time: '2020-01-01T25:00:00Z' }, 'EventTimeInvalid'],
  [{ time: '2020-01-01T00:60:00Z' }, 'EventTimeInvalid'],
  [{ time: '2020-01-01T00:00:99Z' }, 'EventTimeInvalid'],
  [{ time: `2020-01-01T00:00:00${'a/'.repeat(50_000)}` }, 'EventTimeInvalid'],
  [{ number: Number.POSITIVE_INFINITY }, 'EventExtensionsAttributeInvalid'],
  [{ data: [{ n: Number.NEGATIVE_INFINITY }] }, 'EventInvalid'],
  [{ data: Number.MAX_VALUE }, undefined],
  [{ data_base64: 'AAE' }, undefined],
  [{ data_base64: 'A' }, 'EventInvalid'],
  [{ data_base64: 'AAAAA===' }, 'EventInvalid'],
  [{ myextension: 'x', number: 5, flag: true }, undefined],
  [{ My_Extension: 'x' }, 'EventExtensionsAttributeInvalid'],
  [{ nested: {} }, 'EventExtensionsAttributeInvalid'],
  [{ dataschema: 5 }, 'EventInvalid'],
  [{ data_base64: 'AAEC' }, undefined],
  [{ data_base64: '' }, undefined],
  [{ data_base64: '***' }, 'EventInvalid'],
  [{ data_base64: `${'A'.repeat(10_000)}!` }, 'EventInvalid'],
  [{ data_base64: 5 }, 'EventInvalid'],
  [{ data: 1, data_base64: 'AAEC' }, 'EventInvalid'],
  [
    Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`e${index}`, 1])),
    'EventExtensionsAttributeExceedLimit',
  ],
] as [Record<string, unknown>, string | undefined][])('%j: %s', (changes, code) => {
  expect(codeOf(changes)).toBe(code);
});

test('256 KiB pass and one byte more does not', () => {
  const sizeOf = (length: number) => {
    const checked = checkEvent({ ...EVENT, data: 'x'.repeat(length) }, ADDED);
    return checked.ok ? Buffer.byteLength(JSON.stringify(checked.event)) : checked.details.size;
  };
  const room = 256 * 1024 - Number(sizeOf(0));
  expect(codeOf({ data: 'x'.repeat(room) })).toBeUndefined();
  expect(codeOf({ data: 'x'.repeat(room + 1) })).toBe('EventSizeExceed');
});

test('data as deep as its size allows is refused without an overflow', () => {
  const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
  expect(codeOf({ data: deep })).toBe('EventInvalid');
  expect(codeOf({ data: JSON.parse(`${'['.repeat(400)}${']'.repeat(400)}`) })).toBeUndefined();
});

test('an event of a hundred thousand keys is refused by its size', () => {
  const data = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, index]));
  expect(codeOf({ data })).toBe('EventSizeExceed');
});

test('whatever is sent, the answer is an event or a code', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (raw) => {
      const checked = checkEvent(raw, ADDED);
      expect(checked.ok ? checked.event.id !== '' : checked.code.startsWith('Event')).toBe(true);
    }),
  );
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('id', 'source', 'type', 'time', 'data', 'subject', '__proto__'), fc.jsonValue()),
      (changes) => {
        expect(typeof checkEvent({ ...EVENT, ...changes }, ADDED).ok).toBe('boolean');
      },
    ),
  );
});
