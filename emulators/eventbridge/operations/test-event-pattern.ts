/** EventBridge TestEventPattern: would this pattern match this event. */
import { z } from 'zod';
import { testEventPattern } from '../service/filter-pattern.ts';
import { controlOperation } from './control.ts';

export const TestEventPattern = controlOperation({
  name: 'TestEventPattern',
  input: () => z.object({ Event: z.string().min(1), EventPattern: z.string() }),
  handle: ({ Event, EventPattern }) => ({ Result: testEventPattern(Event, EventPattern) }),
});
