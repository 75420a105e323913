/** EventBridge TestEventPattern: would this pattern match this event. */
import { z } from 'zod';
import { testEventPattern } from '../service/filter-pattern.ts';
import { apiOperation } from './api.ts';

export const TestEventPattern = apiOperation({
  name: 'TestEventPattern',
  input: () => z.object({ Event: z.string().min(1), EventPattern: z.string() }),
  handle: ({ Event, EventPattern }) => ({ Result: testEventPattern(Event, EventPattern) }),
});
