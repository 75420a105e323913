/** When a cron expression falls due. Loaded with the first timer there is. */
import { Cron } from 'croner';
import type { Zone } from './schedule.ts';

/** Throws what is wrong with the expression; undefined when it never falls due. */
export function nextCronMs(expression: string, zone: Zone, afterMs: number): number | undefined {
  // UNVERIFIED EVB-144: where days of the month and of the week are both named, either is meant.
  const cron = new Cron(expression, { mode: '6-part', paused: true, ...zone });
  return cron.nextRun(new Date(afterMs))?.getTime();
}
