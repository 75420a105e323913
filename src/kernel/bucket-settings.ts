/** What a setting may say of a bucket's CORS and lifecycle rules, by the names of the API; made when a bucket has any. */
import { z } from 'zod';

/** Whole numbers also as the texts that flags and variables are; nothing else passes for a number: `port:` left empty is no 0. */
export function whole<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value), schema);
}

export const corsRule = () =>
  z.strictObject({
    allowedOrigins: z.array(z.string().min(1)).min(1),
    allowedMethods: z.array(z.string().min(1)).min(1),
    allowedHeaders: z.array(z.string().min(1)).optional(),
    exposeHeaders: z.array(z.string().min(1)).optional(),
    maxAgeSeconds: whole(z.number().int()).optional(),
  });

const lifecycleAge = () =>
  z.strictObject({
    days: whole(z.number().int().positive()).optional().describe('Days after the last change'),
    createdBeforeDate: z.string().optional().describe('Midnight of UTC: 2026-01-01T00:00:00.000Z'),
  });

const noncurrentAge = () =>
  z.strictObject({
    noncurrentDays: whole(z.number().int().positive()).describe('Days since another version took its place'),
  });

export const lifecycleRule = () =>
  z
    .strictObject({
      id: z.string().min(1).optional(),
      prefix: z.string().default(''),
      status: z.enum(['Enabled', 'Disabled']).default('Enabled'),
      expiration: lifecycleAge()
        .extend({ expiredObjectDeleteMarker: z.boolean().optional().describe('Markers with nothing under them') })
        .optional(),
      transitions: z.array(lifecycleAge().extend({ storageClass: z.string().min(1) })).optional(),
      noncurrentVersionExpiration: noncurrentAge().optional(),
      noncurrentVersionTransitions: z.array(noncurrentAge().extend({ storageClass: z.string().min(1) })).optional(),
      abortMultipartUpload: lifecycleAge().optional(),
    })
    .transform(({ status, expiration, noncurrentVersionExpiration, noncurrentVersionTransitions, ...rule }) => {
      const { expiredObjectDeleteMarker: expiredMarkers, ...age } = expiration ?? {};
      return {
        ...rule,
        isEnabled: status === 'Enabled',
        ...(expiration && { expiration: expiredMarkers === undefined ? age : { ...age, expiredMarkers } }),
        noncurrentExpiration: noncurrentVersionExpiration,
        noncurrentTransitions: noncurrentVersionTransitions,
      };
    });
