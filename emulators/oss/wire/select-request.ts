/** What a SelectRequest says of the SQL, the object's format and the answer's; texts in it are Base64. */
import { Buffer } from 'node:buffer';
import type { XmlContent } from '../../../src/protocols/xml.ts';
import { OssError } from '../errors.ts';
import { SELECT_EXPRESSION_CHARS_MAX } from '../limits.ts';
import type { SelectInput } from '../service/select-object.ts';
import type { SelectOutput } from '../service/select-writers.ts';
import { element, flag, optional, text } from './document-shape.ts';

const csv = element({
  RecordDelimiter: optional(text()),
  FieldDelimiter: optional(text()),
  QuoteCharacter: optional(text()),
  CommentCharacter: optional(text()),
  Range: optional(text()),
  AllowQuotedRecordDelimiter: optional(flag),
  FileHeaderInfo: optional(text({ matching: /^(use|ignore|none|)$/i })),
});
const json = element({
  Type: optional(text({ oneOf: ['LINES', 'DOCUMENT', ''] })),
  Range: optional(text()),
  ParseJsonNumberAsString: optional(flag),
});
const serialized = element({
  CompressionType: optional(text({ oneOf: ['None', 'NONE', 'GZIP', ''] })),
  CSV: optional(csv),
  JSON: optional(json),
});
const options = element({ SkipPartialDataRecord: optional(flag) });
const selectRequest = element({
  Expression: text({ lengthMax: SELECT_EXPRESSION_CHARS_MAX * 2 }),
  InputSerialization: optional(serialized),
  OutputSerialization: optional(
    element({
      KeepAllColumns: optional(flag),
      OutputHeader: optional(flag),
      OutputRawData: optional(flag),
      EnablePayloadCrc: optional(flag),
      CSV: optional(
        element({
          RecordDelimiter: optional(text()),
          FieldDelimiter: optional(text()),
          QuoteCharacter: optional(text()),
        }),
      ),
      JSON: optional(element({ RecordDelimiter: optional(text()) })),
    }),
  ),
  Options: optional(options),
  // alibabacloud-oss-v2 1.3 for Python calls them so.
  SelectRequestOptions: optional(options),
});
const metaRequest = element({ InputSerialization: optional(serialized), OverwriteIfExists: optional(flag) });

export interface SelectCall {
  sql: string;
  input: SelectInput;
  output: SelectOutput;
  isGzipped: boolean;
  isRaw: boolean;
}

export type SelectFormat = 'csv' | 'json';

export function readSelect(content: XmlContent, format: SelectFormat): SelectCall {
  const request = selectRequest.read(content, 'SelectRequest');
  const sql = decoded(request.Expression, '');
  if (sql.length > SELECT_EXPRESSION_CHARS_MAX)
    throw new OssError('InvalidSqlParameter', {
      message: `The SQL expression has over ${SELECT_EXPRESSION_CHARS_MAX} characters.`,
    });
  const { input, isGzipped } = inputOf(request.InputSerialization, format);
  const { OutputSerialization: asked } = request;
  const written = format === 'csv' ? asked?.CSV : asked?.JSON;
  const ends = input.format === 'csv' ? input.recordDelimiter : '\n';
  const output = {
    recordDelimiter: decoded(written?.RecordDelimiter, ends),
    fieldDelimiter: decoded(asked?.CSV?.FieldDelimiter, ','),
    quote: decoded(asked?.CSV?.QuoteCharacter, '"'),
    header: asked?.OutputHeader ?? false,
    keepsColumns: asked?.KeepAllColumns ?? false,
  };
  const skipsPartial = (request.Options ?? request.SelectRequestOptions)?.SkipPartialDataRecord ?? false;
  return { sql, input: { ...input, skipsPartial }, output, isGzipped, isRaw: asked?.OutputRawData ?? false };
}

export function readSelectMeta(content: XmlContent, format: SelectFormat) {
  return inputOf(metaRequest.read(content, 'MetaRequest').InputSerialization, format);
}

function inputOf(asked: ReturnType<typeof serialized.read> | undefined, format: SelectFormat) {
  const isGzipped = asked?.CompressionType === 'GZIP';
  const { CSV, JSON: values } = asked ?? {};
  if (format === 'json') {
    const isDocument = values?.Type === 'DOCUMENT';
    return { isGzipped, input: { format, isDocument, lines: linesOf(values?.Range) } };
  }
  const input = {
    format,
    header: headerOf(CSV?.FileHeaderInfo),
    recordDelimiter: decoded(CSV?.RecordDelimiter, '\n'),
    fieldDelimiter: decoded(CSV?.FieldDelimiter, ','),
    quote: decoded(CSV?.QuoteCharacter, '"'),
    comment: decoded(CSV?.CommentCharacter, '') || undefined,
    quotedDelimiters: CSV?.AllowQuotedRecordDelimiter ?? true,
    lines: linesOf(CSV?.Range),
  };
  return { isGzipped, input };
}

function headerOf(info = ''): 'use' | 'ignore' | 'none' {
  const folded = info.toLowerCase();
  return folded === 'use' || folded === 'ignore' ? folded : 'none';
}

/** `line-range=10-50`. Everything is one split here. */
function linesOf(range: string | undefined): { first: number; last: number } | undefined {
  if (!range) return undefined;
  const [, unit, first = '', last = ''] = /^(line|split)-range=(\d{0,15})-(\d{0,15})$/.exec(range) ?? [];
  if (unit === undefined || (first === '' && last === ''))
    throw new OssError('InvalidArgument', { argumentName: 'Range', argumentValue: range });
  const wanted = { first: Number(first), last: last === '' ? Number.POSITIVE_INFINITY : Number(last) };
  if (unit === 'line') return wanted;
  return wanted.first === 0 ? undefined : { first: 1, last: 0 };
}

function decoded(value: string | undefined, unset: string): string {
  return value ? Buffer.from(value, 'base64').toString('utf8') : unset;
}
