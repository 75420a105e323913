/** Reads the schedules of timers: six cron fields in a time zone, or an interval in seconds. */
import { CRON_CHARACTERS_MAX, INTERVAL_SECONDS_MAX } from '../limits.ts';

export type ReadSchedule =
  | { ok: true /** Undefined when it never falls due. */; next(afterMs: number): number | undefined }
  | { ok: false; parameter: 'Schedule' | 'TimeZone'; problem: string };

/** A distance from UTC in minutes, or a name of the IANA's. */
export type Zone = { utcOffset: number } | { timezone: string };

export interface Schedules {
  read(schedule: string, timeZone: string): ReadSchedule;
}

const CRON_FIELDS = 6;
/** As the console writes them: `GMT+8:00`. */
const OFFSET = /^(?:GMT|UTC)(?:([+-])(\d{1,2})(?::([0-5]\d))?)?$/i;
const OFFSET_HOURS_MAX = 14;

export async function loadSchedules(): Promise<Schedules> {
  const { nextCronMs } = await import('./cron.ts');

  return {
    read(schedule, timeZone) {
      const seconds = intervalOf(schedule);
      if (seconds !== undefined)
        return seconds >= 1 && seconds <= INTERVAL_SECONDS_MAX
          ? { ok: true, next: (afterMs) => afterMs + seconds * 1000 }
          : bad('Schedule', `an interval is 1 to ${INTERVAL_SECONDS_MAX} seconds`);
      if (schedule.length > CRON_CHARACTERS_MAX)
        return bad('Schedule', `a cron expression has at most ${CRON_CHARACTERS_MAX} characters`);
      if (schedule.trim().split(/\s+/).length !== CRON_FIELDS)
        return bad('Schedule', 'write seconds, or six cron fields: second minute hour day month weekday');
      const zone = zoneOf(timeZone);
      if (!zone) return bad('TimeZone', 'write GMT+8:00, or a name such as Asia/Shanghai');
      try {
        nextCronMs(schedule, zone, 0);
      } catch (error) {
        return bad('Schedule', error instanceof Error ? error.message.slice(0, 200) : String(error));
      }
      return { ok: true, next: (afterMs) => nextCronMs(schedule, zone, afterMs) };
    },
  };
}

function bad(parameter: 'Schedule' | 'TimeZone', problem: string): ReadSchedule {
  return { ok: false, parameter, problem };
}

function intervalOf(schedule: string): number | undefined {
  return /^\s*\d+\s*$/.test(schedule) ? Number(schedule) : undefined;
}

function zoneOf(text: string): Zone | undefined {
  const offset = OFFSET.exec(text);
  if (!offset) return isZoneName(text) ? { timezone: text } : undefined;
  const [, sign, hours = '0', minutes = '0'] = offset;
  const utcOffset = Number(hours) * 60 + Number(minutes);
  if (utcOffset > OFFSET_HOURS_MAX * 60) return undefined;
  return { utcOffset: sign === '-' ? -utcOffset : utcOffset };
}

function isZoneName(text: string): boolean {
  // Node takes some offsets for names, and not every version the same.
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(text)) return false;
  try {
    Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    // Intl throws for nothing but a name it does not know.
    return false;
  }
}
