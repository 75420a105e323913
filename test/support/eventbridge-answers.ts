/** What EventBridge's API answers, as tests read it: any JSON object, and of its data what is asked for again. */
import { z } from 'zod';

export type Answer = Record<string, unknown>;

const answer = z.record(z.string(), z.unknown());

const items = z.array(z.looseObject({})).optional();

/** Of a field that is not named here a test knows no more than that it may be compared. */
const data = z.looseObject({
  NextToken: z.string().optional(),
  Connections: items,
  EventBuses: z.array(z.looseObject({ EventBusName: z.string() })).optional(),
  EventSourceList: z
    .array(
      z.looseObject({
        SourceHttpEventParameters: z.looseObject({ PublicWebHookUrl: z.array(z.string()) }).optional(),
      }),
    )
    .optional(),
  EventStreamings: z.array(z.looseObject({ EventStreamingName: z.string() })).optional(),
  Rules: items,
  Targets: items,
});

export type Data = z.infer<typeof data>;

export function answerOf(json: unknown): Answer {
  return answer.parse(json);
}

/** What was asked for; a refusal has none, and fails the test with what it says. */
export function dataOf(body: Answer): Data {
  const read = data.safeParse(body.Data);
  if (body.Success !== true || !read.success) throw new Error(`No data in ${JSON.stringify(body)}`);
  return read.data;
}
