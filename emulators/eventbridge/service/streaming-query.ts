/** Which event streamings a list is asked for. */
import type { StreamingRow } from '../store/streamings.ts';
import type { Owner } from './names.ts';
import type { PageQuery } from './paging.ts';
import { arnsOf, kindName } from './streaming-arns.ts';
import type { Tags } from './tags.ts';

export interface StreamingQuery extends PageQuery {
  namePrefix: string;
  sourceArn: string | undefined;
  sinkArn: string | undefined;
  /** Kinds, as the data plane asks for them. */
  sourceType: string | undefined;
  sinkType: string | undefined;
  /** All of them. */
  tags: Tags;
}

export function isMeant(owner: Owner, row: StreamingRow, query: StreamingQuery): boolean {
  const { namePrefix, sourceArn, sinkArn, sourceType, sinkType, tags } = query;
  return (
    row.name.startsWith(namePrefix) &&
    (sourceArn === undefined || arnsOf(owner, row.source).includes(sourceArn)) &&
    (sinkArn === undefined || arnsOf(owner, row.sink).includes(sinkArn)) &&
    (sourceType === undefined || isKind(row.source.kind, sourceType)) &&
    (sinkType === undefined || isKind(row.sink.kind, sinkType)) &&
    Object.entries(tags).every(([key, value]) => row.tags[key] === value)
  );
}

function isKind(kind: string, asked: string): boolean {
  return [kind, kindName(kind)].some((each) => each.toLowerCase() === asked.toLowerCase());
}
