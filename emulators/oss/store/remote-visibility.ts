/** In a bucket that keeps versions: what stands hidden behind a delete marker here is hidden there too, and seen again with it. */

import type { ObjectRef } from './object-store.ts';
import type { Place, Remote } from './remote.ts';
import { namesOf } from './remote-names.ts';
import type { Sending } from './remote-sending.ts';
import { bucketOf, isMarkerRow, keyOf, objectKey, type Tables } from './rows.ts';

export interface Visibility {
  /** Makes it so; `former` is where the object was seen before. */
  align(ref: ObjectRef, former: Place | undefined): Promise<void>;
}

export interface VisibilityNeeds {
  tables: Tables;
  sending: Pick<Sending, 'find'>;
  remote: Remote;
}

export function createVisibility({ tables, sending, remote }: VisibilityNeeds): Visibility {
  function hasVersions(ref: ObjectRef): boolean {
    for (const { key, value } of tables.versions.range({ start: objectKey(ref) })) {
      if (bucketOf(key) !== ref.bucket || keyOf(key) !== ref.key) return false;
      if (!isMarkerRow(value)) return true;
    }
    return false;
  }

  return {
    async align({ bucket, key }, former) {
      const current = sending.find({ bucket, key })?.version;
      if (current) {
        if (!(await remote.stat({ bucket, name: current.name }))) await remote.unhide(current);
      } else if (hasVersions({ bucket, key })) {
        if (former) await remote.hide(former);
      } else {
        // A delete marker over nothing would only be in the way.
        for (const name of namesOf(key)) await remote.unhide({ bucket, name });
      }
    },
  };
}
