/** ListTriggers: a function's triggers in name order, page by page. */
import { z } from 'zod';
import { jsonReply } from '../../../src/protocols/roa.ts';
import { listTriggers } from '../service/functions.ts';
import { triggerShape } from '../wire/shapes.ts';
import { pageQuery } from './paging.ts';
import { operation } from './services.ts';

export const ListTriggers = operation({
  name: 'ListTriggers',
  match: { method: 'GET', path: '/2023-03-30/functions/{functionName}/triggers' },
  ram: [{ action: 'fc:ListTriggers' }],
  input: () => z.object({ functionName: z.string(), query: z.object(pageQuery) }),
  handle({ functionName, query }, { functions, owner }) {
    const { items, nextToken } = listTriggers(functions, functionName, query);
    return { triggers: items.map((each) => triggerShape(each, owner)), nextToken };
  },
  encode: (page) => jsonReply(200, page),
});
