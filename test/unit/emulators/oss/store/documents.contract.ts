/** What every object store must do with the documents of its buckets. */
import { expect, test } from 'vitest';
import type { ObjectStore } from '../../../../../emulators/oss/store/object-store.ts';

const BUCKET = {
  name: 'a-bucket',
  createdAtMs: 5,
  acl: 'private',
  storageClass: 'Standard',
  redundancy: 'LRS',
} as const;
const cors = { bucket: 'a-bucket', kind: 'cors' };

export function describeDocuments(current: () => ObjectStore): void {
  test('keeps one document of a kind, replaces it, and answers undefined where there is none', async () => {
    await current().putBucket(BUCKET);
    expect(current().getDocument(cors)).toBeUndefined();
    await current().putDocument(cors, { rules: ['one'] });
    await current().putDocument({ ...cors, kind: 'policy' }, { text: '{}' });
    await current().putDocument({ ...cors, bucket: 'a-bucket-2' }, { rules: [] });
    expect(current().getDocument(cors)).toEqual({ rules: ['one'] });
    await current().putDocument(cors, { rules: ['two'] });
    expect(current().getDocument(cors)).toEqual({ rules: ['two'] });
    expect(current().getDocument({ ...cors, kind: 'policy' })).toEqual({ text: '{}' });
  });

  test('keeps what was there when the guard throws', async () => {
    await current().putBucket(BUCKET);
    await current().putDocument(cors, { rules: ['one'] });
    const guard = () => {
      throw new Error('no');
    };
    await expect(current().putDocument(cors, { rules: ['two'] }, { guard })).rejects.toThrow('no');
    expect(current().getDocument(cors)).toEqual({ rules: ['one'] });
  });

  test('removes a document, also one that is not there', async () => {
    await current().putBucket(BUCKET);
    await current().putDocument(cors, { rules: [] });
    await current().removeDocument(cors);
    await current().removeDocument(cors);
    expect(current().getDocument(cors)).toBeUndefined();
  });

  test('a new bucket has no document of an earlier one of its name, nor of what was cleared', async () => {
    await current().putBucket(BUCKET);
    await current().putDocument(cors, { rules: [] });
    expect(current().getDocument(cors)).toEqual({ rules: [] });
    await current().deleteBucket('a-bucket');
    await current().putBucket(BUCKET);
    expect(current().getDocument(cors)).toBeUndefined();
    await current().putDocument(cors, { rules: [] });
    expect(current().getDocument(cors)).toEqual({ rules: [] });
    await current().clear();
    expect(current().getDocument(cors)).toBeUndefined();
  });
}
