/** EventBridge TagResources, UntagResources and ListTagResources, which Terraform asks with every event streaming. */
import { z } from 'zod';
import { EventBridgeError } from '../errors.ts';
import { TAGS_MAX } from '../limits.ts';
import { apiOperation } from './api.ts';
import { tagList } from './streaming-input.ts';

const STREAMING = 'eventstreaming';

/** terraform-provider-alicloud source: names of event streamings, of the type `eventstreaming`. */
function resourceInput() {
  return { ResourceType: z.string().min(1), ResourceId: z.array(z.string().min(1)).max(TAGS_MAX).default([]) };
}

function requireStreamings(type: string): void {
  if (type.toLowerCase() !== STREAMING)
    throw new EventBridgeError('NotImplemented', { what: `Tags of ${type.slice(0, 100)}` });
}

export const TagResources = apiOperation({
  name: 'TagResources',
  input: () => z.object({ ...resourceInput(), Tag: tagList() }),
  async handle({ ResourceType, ResourceId, Tag }, { tags }) {
    requireStreamings(ResourceType);
    await tags.add(ResourceId, Tag);
    return undefined;
  },
});

export const UntagResources = apiOperation({
  name: 'UntagResources',
  input: () =>
    z.object({ ...resourceInput(), TagKey: z.array(z.string()).optional(), All: z.stringbool().default(false) }),
  async handle({ ResourceType, ResourceId, TagKey = [], All }, { tags }) {
    requireStreamings(ResourceType);
    await tags.remove(ResourceId, All ? undefined : TagKey);
    return undefined;
  },
});

export const ListTagResources = apiOperation({
  name: 'ListTagResources',
  answersUnder: 'TagResources',
  input: () => z.object(resourceInput()),
  handle({ ResourceType, ResourceId }, { tags }) {
    requireStreamings(ResourceType);
    const TagResource = tags.list(ResourceId).map(({ streaming, key, value }) => ({
      ResourceType: STREAMING,
      ResourceId: streaming,
      TagKey: key,
      TagValue: value,
    }));
    return { TagResource };
  },
});
