/** EventBridge ListAliyunOfficialEventSources: the services whose events are on the bus `default` here. */
import { z } from 'zod';
import { officialSourceShapes } from '../wire/source-shapes.ts';
import { apiOperation } from './api.ts';

export const ListAliyunOfficialEventSources = apiOperation({
  name: 'ListAliyunOfficialEventSources',
  input: () => z.object({}),
  handle(_input, { owner }) {
    const list = officialSourceShapes(owner);
    return { EventSourceList: list, Total: list.length };
  },
});
