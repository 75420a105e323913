/** Buckets of a configuration are looked over before anything starts. */
import { expect, test } from 'vitest';
import { checkOssConfig } from '../../../../emulators/oss/index.ts';

test('says in whole sentences what is wrong with which bucket', () => {
  expect(
    checkOssConfig({
      buckets: [
        { name: 'good', cors: [{ allowedOrigins: ['*'], allowedMethods: ['GET'] }] },
        { name: 'Bad_Name' },
        { name: 'cors', cors: [{ allowedOrigins: ['*'], allowedMethods: ['PATCH'] }] },
        {
          name: 'cold',
          lifecycle: [{ prefix: '', isEnabled: true, transitions: [{ days: 1, storageClass: 'Standard' }] }],
        },
      ],
    }),
  ).toEqual([
    'The bucket "Bad_Name": its name must have 3 to 63 lower-case letters, digits and hyphens, with no hyphen at either end.',
    'The bucket "cors": The AllowedMethod PATCH is none of GET, PUT, DELETE, POST, HEAD.',
    'The bucket "cold": A transition to the storage class Standard is not possible.',
  ]);
});
