/** The query of every list operation. */
import { z } from 'zod';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from '../limits.ts';

export const pageQuery = {
  prefix: z.string().default(''),
  // Serverless Devs asks with an empty token for the first page.
  nextToken: z.string().default(''),
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
};
