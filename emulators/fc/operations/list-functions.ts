/** ListFunctions: functions in name order, page by page. */
import { z } from 'zod';
import { jsonReply } from '../../../src/protocols/roa.ts';
import { FcError } from '../errors.ts';
import { listFunctions } from '../service/functions.ts';
import { functionShape } from '../wire/shapes.ts';
import { pageQuery } from './paging.ts';
import { operation } from './services.ts';

/** Filters whose meaning is not known well enough to serve. */
const UNSERVED_FILTERS = ['gpuType', 'description', 'resourceGroupId', 'tags'] as const;

export const ListFunctions = operation({
  name: 'ListFunctions',
  match: { method: 'GET', path: '/2023-03-30/functions' },
  ram: [{ action: 'fc:ListFunctions' }],
  input: () =>
    z.object({
      query: z.object({
        ...pageQuery,
        // Every function here is one of FC 3.0.
        fcVersion: z.enum(['', 'v3']).default(''),
        // UNVERIFIED FC-064: both filters compare whole names.
        functionName: z.string().default(''),
        runtime: z.string().default(''),
        gpuType: z.string().default(''),
        description: z.string().default(''),
        resourceGroupId: z.string().default(''),
        tags: z.string().default(''),
      }),
    }),
  handle({ query }, { functions, owner }) {
    const unserved = UNSERVED_FILTERS.find((name) => query[name] !== '');
    if (unserved !== undefined) throw new FcError('NotImplemented', { what: `filter ${unserved} of ListFunctions` });
    const { functionName, runtime } = query;
    const isWanted = (each: { functionName: string; runtime: string }) =>
      (functionName === '' || each.functionName === functionName) && (runtime === '' || each.runtime === runtime);
    const { items, nextToken } = listFunctions(functions, { ...query, isWanted });
    return { functions: items.map((each) => functionShape(each, owner)), nextToken };
  },
  encode: (page) => jsonReply(200, page),
});
