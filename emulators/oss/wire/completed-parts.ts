/** Reads of which parts an upload is to be completed. */
import { xmlChildren, xmlText } from '../../../src/protocols/xml.ts';
import { OssError } from '../errors.ts';
import type { CompleteUpload, ListedPart } from '../service/complete-upload.ts';
import { readPartNumber } from './part-query.ts';
import { malformed, readXmlBody } from './xml-body.ts';

const MALFORMED_EC = '0042-00000205';

/** Those of its XML, or all of them where a header asks for that. */
export function readCompletedParts(
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
): CompleteUpload['parts'] {
  if (headers['x-oss-complete-all'] === 'yes') {
    if (bytes.length === 0) return 'all';
    throw new OssError('InvalidArgument', {
      message: 'Should not speficy both complete all header and http body.',
      argumentName: 'x-oss-complete-all',
      ec: '0042-00000216',
    });
  }
  const content = readXmlBody({ bytes, headers, root: 'CompleteMultipartUpload', ec: MALFORMED_EC });
  return xmlChildren(content, 'Part').map((part): ListedPart => {
    const etag = xmlText(part, 'ETag');
    const partNumber = xmlText(part, 'PartNumber');
    if (etag === undefined || partNumber === undefined)
      throw malformed('A Part has no PartNumber or no ETag.', MALFORMED_EC);
    return { etag, partNumber: readPartNumber(partNumber.trim()) };
  });
}
