/** Shows any JSON value in a bounded space: hostile patterns and events reach error messages and explanations. */
import {
  SHOWN_PATH_CHARACTERS_MAX,
  SHOWN_VALUE_CHARACTERS_MAX,
  SHOWN_VALUE_DEPTH_MAX,
  SHOWN_VALUE_ITEMS_MAX,
} from './limits.ts';
import { isLongNumber } from './numbers.ts';

/** JSON text, cut where it gets long or deep. */
export function showValue(value: unknown): string {
  const text = render(value, SHOWN_VALUE_DEPTH_MAX);
  return text.length <= SHOWN_VALUE_CHARACTERS_MAX ? text : `${text.slice(0, SHOWN_VALUE_CHARACTERS_MAX)}…`;
}

/** A path as people write it, one key longer; a key that would be misread is quoted, and a long path ends in dots. */
export function showStep(shown: string, key: string): string {
  const room = SHOWN_PATH_CHARACTERS_MAX - shown.length;
  if (room < 0) return shown;
  const name = key.length > room ? `${key.slice(0, room)}…` : key;
  if (name === '' || /[.[\]"]/.test(name)) return `${shown}[${JSON.stringify(name)}]`;
  return shown === '' ? name : `${shown}.${name}`;
}

function render(value: unknown, depthLeft: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, SHOWN_VALUE_CHARACTERS_MAX + 1));
  if (typeof value !== 'object' || value === null || isLongNumber(value)) return String(value);
  if (depthLeft === 0) return '…';
  return Array.isArray(value)
    ? renderArray(value, depthLeft)
    : renderObject(value as Record<string, unknown>, depthLeft);
}

function renderArray(items: readonly unknown[], depthLeft: number): string {
  const shown = items.slice(0, SHOWN_VALUE_ITEMS_MAX).map((item) => render(item, depthLeft - 1));
  if (items.length > SHOWN_VALUE_ITEMS_MAX) shown.push('…');
  return `[${shown.join(',')}]`;
}

function renderObject(object: Record<string, unknown>, depthLeft: number): string {
  const shown: string[] = [];
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue;
    if (shown.length === SHOWN_VALUE_ITEMS_MAX) {
      shown.push('…');
      break;
    }
    shown.push(`${render(key, 1)}:${render(object[key], depthLeft - 1)}`);
  }
  return `{${shown.join(',')}}`;
}
