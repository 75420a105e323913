/** What a callback's body becomes: every variable in both types, and templates that are none. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  asksForImage,
  type CallbackBodyType,
  type CallbackFacts,
  fillTemplate,
  parseTemplate,
} from '../../../../../emulators/oss/service/callback-body.ts';
import { DRAFT } from '../../../../support/oss-services.ts';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
const FACTS: CallbackFacts = {
  record: {
    ...DRAFT,
    ...{ bucket: 'my-bucket', key: 'dir/a b+"中".txt', sizeBytes: 5, etag: '5D41402A', contentMd5: 'XUFAKg==' },
    crc64: '18446744073709551615',
  },
  image: undefined,
  sourceIp: '127.0.0.1',
  requestId: '6A0000000000000000000001',
  operation: 'PutObject',
  custom: new Map([['x:uid', `7 & "8"`]]),
};

const fill = (template: string, type: CallbackBodyType, facts = FACTS) =>
  fillTemplate(parseTemplate(template), type, facts);
const ALL =
  'bucket object etag size mimeType imageInfo.height imageInfo.width imageInfo.format crc64 contentMd5 vpcId clientIp reqId operation x:uid x:none'.split(
    ' ',
  );

test('a form has every variable escaped, and what is empty as nothing', () => {
  const filled = fill(ALL.map((name) => `${name}=\${${name}}`).join('&'), FORM);
  expect(filled).toContain('object=dir%2Fa%20b%2B%22%E4%B8%AD%22.txt&');
  expect(Object.fromEntries(new URLSearchParams(filled))).toEqual({
    ...{ bucket: 'my-bucket', object: 'dir/a b+"中".txt', etag: '5D41402A', size: '5', mimeType: 'text/plain' },
    ...{ 'imageInfo.height': '', 'imageInfo.width': '', 'imageInfo.format': '', crc64: '18446744073709551615' },
    ...{ contentMd5: 'XUFAKg==', vpcId: '', clientIp: '127.0.0.1', reqId: '6A0000000000000000000001' },
    ...{ operation: 'PutObject', 'x:uid': '7 & "8"', 'x:none': '' },
  });
});

test('JSON has texts quoted, numbers bare and whole, and what is empty as null', () => {
  const filled = fill(`{${ALL.map((name) => `"${name}":\${${name}}`).join(',')}}`, JSON_TYPE);
  expect(filled).toContain('"crc64":18446744073709551615,');
  expect(JSON.parse(filled)).toMatchObject({
    ...{ bucket: 'my-bucket', object: 'dir/a b+"中".txt', size: 5, contentMd5: 'XUFAKg==', vpcId: null },
    ...{ 'imageInfo.height': null, 'x:uid': '7 & "8"', 'x:none': '' },
  });
});

test('a picture tells its size', () => {
  const facts = { ...FACTS, image: { width: 640, height: 480, format: 'jpg' as const } };
  const template = `[\${imageInfo.width},\${imageInfo.height},\${imageInfo.format}]`;
  expect(JSON.parse(fill(template, JSON_TYPE, facts))).toEqual([640, 480, 'jpg']);
  expect(asksForImage(parseTemplate(template))).toBe(true);
  expect(asksForImage(parseTemplate(`\${size}imageInfo.width`))).toBe(false);
});

test('what is no variable stays as it is, JSON or not', () => {
  expect(fill('春水碧于天', JSON_TYPE)).toBe('春水碧于天');
  expect(fill('a=}{&b', FORM)).toBe('a=}{&b');
});

test('half a surrogate pair is escaped as what UTF-8 makes of it', () => {
  const custom = new Map([['x:odd', '\ud800!']]);
  expect(fill(`\${x:odd}`, FORM, { ...FACTS, custom })).toBe('%EF%BF%BD%21');
});

describe.each([
  [`size=\${size}&my_var=$x:my_var}`, 'Left brace must be adjacent to dollar sign.'],
  ['object=$(object)', 'Left brace must be adjacent to dollar sign.'],
  ['costs 5$', 'Left brace must be adjacent to dollar sign.'],
  [`\${size`, 'Right brace is missing.'],
  [`\${nonsense}`, 'The variable nonsense is not supported.'],
  [`\${constructor}`, 'The variable constructor is not supported.'],
  [`\${}`, 'The variable  is not supported.'],
])('the template %j', (body, message) => {
  test(`is refused: ${message}`, () => {
    expect(() => parseTemplate(body)).toThrow(
      expect.objectContaining({
        code: 'InvalidArgument',
        details: { message, argumentName: 'ReplaceKeyPrefix', argumentValue: body, ec: '0007-00000105' },
      }),
    );
  });
});

test('never throws but to refuse, whatever the template is', () => {
  const piece = fc.constantFrom('$', '{', '}', `\${size}`, `\${x:`, 'x:a', '__proto__', 'a', '\ud800');
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
      (body) => {
        try {
          expect(typeof fill(body, FORM)).toBe('string');
        } catch (error) {
          expect(error).toMatchObject({ code: 'InvalidArgument' });
        }
      },
    ),
  );
});
