/** Retention policies and locks as clients write and read them. */
import { type XmlContent, type XmlValue, xmlText } from '../../../src/protocols/xml.ts';
import type { ObjectWorm, Retention } from '../service/object-lock.ts';
import { element, optional, text, whole } from './document-shape.ts';
import { xmlTime } from './times.ts';
import { malformed } from './xml-body.ts';

const BYPASS = 'x-oss-bypass-governance-retention';
export const BYPASS_RULE = { action: 'oss:BypassGovernanceRetention', header: BYPASS };

export function readBypass(headers: Readonly<Record<string, string>>): boolean {
  return headers[BYPASS]?.toLowerCase() === 'true';
}

/** Help page "InitiateBucketWorm": up to 70 years. */
const WORM_DAYS = { min: 1, max: 25_550 };
const wormDays = element({ RetentionPeriodInDays: whole(WORM_DAYS) });

export function readWormDays(content: XmlContent, root: string): number {
  return wormDays.read(content, root).RetentionPeriodInDays;
}

const mode = text({ oneOf: ['GOVERNANCE', 'COMPLIANCE'] });

/** UNVERIFIED OSS-200: the longest retention by default. */
const objectWorm = element({
  ObjectWormEnabled: text({ oneOf: ['Enabled'] }),
  Rule: optional(
    element({
      DefaultRetention: element({
        Mode: mode,
        // Terraform's alicloud_oss_bucket_object_worm_configuration sends the one that it was not given as 0.
        Days: optional(whole({ min: 0, max: 36_500 })),
        Years: optional(whole({ min: 0, max: 100 })),
      }),
    }),
  ),
});

export function readObjectWorm(content: XmlContent): ObjectWorm {
  const retention = objectWorm.read(content, 'ObjectWormConfiguration').Rule?.DefaultRetention;
  if (!retention) return {};
  const [days, years] = [retention.Days || undefined, retention.Years || undefined];
  if ((days === undefined) === (years === undefined)) throw malformed('DefaultRetention has either Days or Years.');
  return { defaultRetention: { mode: asMode(retention.Mode), days, years } };
}

export function objectWormXml({ defaultRetention }: ObjectWorm): XmlValue {
  const { mode: Mode, days: Days, years: Years } = defaultRetention ?? {};
  return {
    ObjectWormEnabled: 'Enabled',
    Rule: defaultRetention && { DefaultRetention: { Mode, Days, Years } },
  };
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;
const retention = element({ Mode: mode, RetainUntilDate: text({ matching: TIME }) });

export function readRetention(content: XmlContent): Retention {
  const { Mode, RetainUntilDate } = retention.read(content, 'Retention');
  const untilMs = Date.parse(RetainUntilDate);
  if (!Number.isFinite(untilMs)) throw malformed(`RetainUntilDate is no time: ${RetainUntilDate}.`);
  return { mode: asMode(Mode), untilMs };
}

export function retentionXml({ mode: Mode, untilMs }: Retention): XmlValue {
  return { Mode, RetainUntilDate: xmlTime(untilMs) };
}

export function readHold(content: XmlContent): boolean {
  const status = xmlText(content, 'Status')?.trim();
  if (status !== 'ON' && status !== 'OFF') throw malformed('Status is ON or OFF.');
  return status === 'ON';
}

function asMode(name: string): Retention['mode'] {
  return name === 'COMPLIANCE' ? 'COMPLIANCE' : 'GOVERNANCE';
}
