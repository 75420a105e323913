/** The documents of DeleteMultipleObjects: which objects go, and what became of them. */
import { type XmlValue, xmlChildren, xmlText } from '../../../src/protocols/xml.ts';
import { DELETE_KEYS_MAX } from '../limits.ts';
import { assertKey } from '../service/names.ts';
import type { Removal } from '../store/object-store.ts';
import { readVersionId } from './version-query.ts';
import { malformed, readXmlBody } from './xml-body.ts';

export interface DeleteDocument {
  objects: { key: string; versionId: string | undefined }[];
  isQuiet: boolean;
}

const MALFORMED_EC = '0016-00000608';

export function readDelete(bytes: Uint8Array, headers: Readonly<Record<string, string>>): DeleteDocument {
  const content = readXmlBody({ bytes, headers, root: 'Delete', ec: MALFORMED_EC });
  const objects = xmlChildren(content, 'Object');
  if (objects.length === 0 || objects.length > DELETE_KEYS_MAX)
    throw malformed(`One to ${DELETE_KEYS_MAX} objects can be deleted, not ${objects.length}.`, MALFORMED_EC);
  const named = objects.map((object) => {
    const key = xmlText(object, 'Key');
    if (key === undefined) throw malformed('An Object has no Key.', MALFORMED_EC);
    assertKey(key);
    // UNVERIFIED OSS-103: an empty VersionId names none.
    const versionId = xmlText(object, 'VersionId')?.trim() || undefined;
    return { key, versionId: versionId === undefined ? undefined : readVersionId(versionId, 'VersionId') };
  });
  return { objects: named, isQuiet: xmlText(content, 'Quiet')?.trim().toLowerCase() === 'true' };
}

/** One of those that are gone, with the delete marker that was made, or is gone itself. */
export function deletedXml(
  { key, versionId }: DeleteDocument['objects'][number],
  removal: Removal | undefined,
  encode: (name: string) => string,
): XmlValue {
  return { Key: encode(key), VersionId: versionId, ...markerXml(removal) };
}

function markerXml(removal: Removal | undefined): Record<string, XmlValue> {
  if (removal?.did !== 'marked' && removal?.did !== 'marker') return {};
  return { DeleteMarker: true, DeleteMarkerVersionId: removal.versionId };
}
