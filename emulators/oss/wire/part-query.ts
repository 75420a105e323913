/** The two parameters that name a part of an upload. */
import { z } from 'zod';
import { OssError } from '../errors.ts';
import { PART_NUMBER_MAX } from '../limits.ts';
import { invalidArgument } from './object-headers.ts';

export const partQuery = z.object({ uploadId: z.string(), partNumber: z.string().optional() });

export function readPartNumber(text: string | undefined): number {
  if (text === undefined)
    throw new OssError('InvalidArgument', { message: 'Unexpected query string parameter', argumentName: 'uploadId' });
  const partNumber = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (partNumber < 1 || partNumber > PART_NUMBER_MAX)
    throw invalidArgument(
      `Part number must be an integer between 1 and ${PART_NUMBER_MAX}, inclusive.`,
      'PartNumber',
      text,
    );
  return partNumber;
}
