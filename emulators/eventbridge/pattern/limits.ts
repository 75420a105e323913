/** Bounds of the pattern language: the documented ones, and those that keep hostile patterns cheap. */

/** Help page "Limits": at most 5 expressions (operators, not plain values) per field. */
export const EXPRESSIONS_PER_FIELD_MAX = 5;

// UNVERIFIED EVB-100: the service's own nesting limit is not documented; this one only keeps recursion shallow.
export const PATTERN_DEPTH_MAX = 100;

/** Help page "Event patterns": numbers of the numeric operator lie between -1.0E9 and 1.0E9 inclusive. */
export const NUMERIC_MAX = 1e9;

/** Numbers this near count as equal, for every numeric operator (RocketMQ EventBridge source, NumericOperators). */
export const NUMERIC_TOLERANCE = 1e-7;

/** Help page "Event patterns": up to 15 digits, 6 of them decimals. Beyond it we warn, as the engine does not refuse. */
export const NUMERIC_DIGITS_MAX = 15;
export const NUMERIC_DECIMALS_MAX = 6;

/** How much of an offending value an error message or an explanation repeats when it is not a plain string. */
export const SHOWN_VALUE_CHARACTERS_MAX = 200;
export const SHOWN_VALUE_DEPTH_MAX = 4;
export const SHOWN_VALUE_ITEMS_MAX = 20;
/** A path of long keys stands at every field below them: in full, it would make much of a short pattern. */
export const SHOWN_PATH_CHARACTERS_MAX = 500;
/** Warnings about one pattern. */
export const WARNINGS_MAX = 100;

/** Attributes of CloudEvents 1.0; `data` is handled apart because it nests. */
export const CLOUDEVENTS_ATTRIBUTES: ReadonlySet<string> = new Set([
  'id',
  'source',
  'type',
  'specversion',
  'datacontenttype',
  'dataschema',
  'subject',
  'time',
]);

/** Extension attributes that EventBridge itself adds to events. */
export const KNOWN_EXTENSIONS: ReadonlySet<string> = new Set([
  'aliyunaccountid',
  'aliyunpublishtime',
  'aliyunoriginalaccountid',
  'aliyuneventbusname',
  'aliyunregionid',
  'aliyunpublishaddr',
]);

/** CloudEvents 1.0: extension names are lower-case letters and digits, and should not exceed 20 of them. */
export const EXTENSION_NAME = /^[a-z0-9]{1,20}$/;
