/** The policy of a bucket: text that is kept to the letter. What it means is evaluated where the caller is known. */
import { z } from 'zod';
import type { DocumentKind } from './documents.ts';

const bucketPolicy = z.object({ text: z.string() });

export type BucketPolicy = z.output<typeof bucketPolicy>;
export const POLICY: DocumentKind<BucketPolicy> = { kind: 'policy', schema: bucketPolicy };
