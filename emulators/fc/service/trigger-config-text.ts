/** A trigger's configuration as the API has it: JSON text, which is kept and given back as it came. */
import { FcError } from '../errors.ts';
import { TRIGGER_CONFIG_CHARS_MAX, TRIGGER_CONFIG_DEPTH_MAX } from '../limits.ts';
import type { StoredTrigger } from '../store/function-store.ts';

export interface ConfigText {
  config: Record<string, unknown>;
  /** Undefined for what never was a text of its own. */
  text: string | undefined;
}

/** Throws for what is no JSON object, too long, or nested so deep that nothing would print it again. */
export function readConfigText(text: string): ConfigText & { text: string } {
  if (text.length > TRIGGER_CONFIG_CHARS_MAX) throw invalid(`may have ${TRIGGER_CONFIG_CHARS_MAX} characters`);
  if (nestsDeeper(text, TRIGGER_CONFIG_DEPTH_MAX)) throw invalid(`may nest ${TRIGGER_CONFIG_DEPTH_MAX} deep`);
  const config = parsed(text);
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw invalid('must be the JSON text of an object');
  return { config: config as Record<string, unknown>, text };
}

/**
 * `@alicloud/fc20230330` source: eventSourceType "cannot be updated. If you specify this parameter when you update the
 * configurations, it does not take effect". So the type of before stays, and its parameters with it when none are sent.
 */
export function keepEventSource(before: StoredTrigger, { config, text }: ConfigText & { text: string }): ConfigText {
  if (before.triggerType !== 'eventbridge') return { config, text };
  const old = recordIn(before.triggerConfig, 'eventSourceConfig');
  const sent = recordIn(config, 'eventSourceConfig');
  if (sourceType(sent) === sourceType(old)) return { config, text };
  const eventSourceConfig = sent === undefined ? old : { ...sent, eventSourceType: sourceType(old) };
  const changed = { ...config, eventSourceConfig };
  return { config: changed, text: JSON.stringify(changed) };
}

function sourceType(eventSourceConfig: Record<string, unknown> | undefined): unknown {
  return eventSourceConfig?.eventSourceType ?? 'Default';
}

function recordIn(config: Record<string, unknown>, key: string): Record<string, unknown> | undefined {
  const value = config[key];
  // Anything else is refused with the rest of the configuration.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // JSON.parse throws for nothing but text that is none.
    return undefined;
  }
}

/** Counts brackets outside of strings: never recursion, and broken text is found broken afterwards. */
function nestsDeeper(text: string, depthMax: number): boolean {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (isString && sign === '\\') at++;
    else if (sign === '"') isString = !isString;
    else if (isString) continue;
    else if ((sign === '{' || sign === '[') && ++depth > depthMax) return true;
    else if (sign === '}' || sign === ']') depth--;
  }
  return false;
}

function invalid(reason: string): FcError {
  return new FcError('InvalidArgument', { reason: `triggerConfig ${reason}` });
}
