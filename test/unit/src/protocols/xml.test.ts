/** The XML reader takes what clients send and nothing else; the writer's output survives a reader. */
import { describe, expect, test } from 'vitest';
import {
  escapeXml,
  parseXml,
  renderXml,
  XML_BYTES_MAX,
  XML_DEPTH_MAX,
  XML_IN_ORDER,
  xmlChildren,
  xmlText,
} from '../../../../src/protocols/xml.ts';

describe('reading', () => {
  test('gives elements by name, with entities and references decoded and spaces kept', () => {
    const parsed = parseXml(
      '<?xml version="1.0"?>\n<Delete>\n <Quiet>true</Quiet>\n <Object><Key> a&amp;b&#x4e2d;&#10; </Key></Object><Object><Key>&lt;</Key></Object></Delete>',
    );
    expect(parsed).toEqual({
      ok: true,
      root: 'Delete',
      content: { Quiet: 'true', Object: [{ Key: ' a&b中\n ' }, { Key: '<' }] },
    });
  });

  test('does not decode entities inside CDATA', () => {
    expect(parseXml('<a><![CDATA[x<y&amp;]]></a>')).toEqual({ ok: true, root: 'a', content: 'x<y&amp;' });
  });

  test.each([
    ['<a/>', ''],
    ['<a xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com" z="1">t</a>', 't'],
    ['\ufeff<a>1</a>', '1'],
    ['<ns:a xmlns:ns="x"><ns:b>1</ns:b></ns:a>', { b: '1' }],
    ['<a><b></b></a>', { b: '' }],
    ['<a>001</a>', '001'],
  ])('takes %s', (document, content) => {
    expect(parseXml(document)).toEqual({ ok: true, root: 'a', content });
  });

  test.each([
    ['<a><b>x</c></a>'],
    ['garbage'],
    [''],
    ['<a/><b/>'],
    ['<a/><a/>'],
    ['<a>x</a>trailing'],
    ['<a>&unknown;</a>'],
    ['<a>a & b</a>'],
    ['<a>&#xD800;</a>'],
    ['<a>&#9999999;</a>'],
    ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['<!doctype a SYSTEM "file:///etc/passwd"><a/>'],
    ['<a><__proto__>x</__proto__></a>'],
  ])('refuses %s with a reason', (document) => {
    expect(parseXml(document)).toMatchObject({ ok: false, reason: expect.stringMatching(/./) });
  });

  test('takes the deepest document it allows and refuses one level more', () => {
    const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);
    expect(parseXml(nested(XML_DEPTH_MAX)).ok).toBe(true);
    expect(parseXml(nested(XML_DEPTH_MAX + 2)).ok).toBe(false);
  });

  test('refuses a document over the size limit without reading it', () => {
    expect(parseXml(new Uint8Array(XML_BYTES_MAX + 1)).ok).toBe(false);
  });

  test('refuses bytes that are no UTF-8', () => {
    expect(parseXml(Buffer.from([0x3c, 0x61, 0x3e, 0xff, 0x3c, 0x2f, 0x61, 0x3e]))).toEqual({
      ok: false,
      reason: 'The document is not UTF-8.',
    });
  });

  test('finds none, one or many children, and nothing that an object only inherits', () => {
    const content = { One: 'x', Many: ['y', 'z'], Deep: { Inner: '' } };
    expect(xmlChildren(content, 'None')).toEqual([]);
    expect(xmlChildren(content, 'toString')).toEqual([]);
    expect(xmlChildren('text', 'length')).toEqual([]);
    expect(xmlChildren(content, 'One')).toEqual(['x']);
    expect(xmlChildren(content, 'Many')).toEqual(['y', 'z']);
    expect(xmlText(content, 'Many')).toBe('y');
    expect(xmlText(content, 'Deep')).toBeUndefined();
  });
});

describe('writing', () => {
  test('repeats an element for a list, leaves undefined out and keeps empty elements', () => {
    expect(
      renderXml('List', { Prefix: '', Marker: undefined, Item: [{ Key: 'a' }, { Key: 'b' }], N: 3, T: false }),
    ).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<List><Prefix></Prefix><Item><Key>a</Key></Item><Item><Key>b</Key></Item><N>3</N><T>false</T></List>',
    );
  });

  test('keeps the order of elements that alternate', () => {
    const List = { A: '1', [XML_IN_ORDER]: [{ B: '2' }, { C: { D: '3' } }, { B: '4' }], E: '5' };
    expect(renderXml('L', List)).toContain('<L><A>1</A><B>2</B><C><D>3</D></C><B>4</B><E>5</E></L>');
    expect(renderXml('L', { [XML_IN_ORDER]: [] })).toContain('<L></L>');
  });

  test('escapes markup and control characters so that they come back unchanged', () => {
    const text = ' <&>"\'\t\n\r\u0001\u001f\u007f中😀 ';
    expect(escapeXml('\r\u0001')).toBe('&#13;&#1;');
    expect(parseXml(renderXml('a', text))).toEqual({ ok: true, root: 'a', content: text });
  });

  test('renders a text as the root', () => {
    expect(renderXml('LocationConstraint', 'oss-cn-beijing')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint>oss-cn-beijing</LocationConstraint>',
    );
  });
});
