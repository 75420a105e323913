/** Named bounds of the FC room: what clients and templates may send, and how much is kept of what happened. */

export { PAYLOAD_BYTES_MAX } from './instances/limits.ts';

/** Help page "Limits": payload of an asynchronous call. */
export const ASYNC_PAYLOAD_BYTES_MAX = 128 * 1024;
/** Help page "Asynchronous tasks": length of a task id. */
export const TASK_ID_CHARS_MAX = 128;
/** Task ids remembered so that a second use is refused; the oldest go first. */
export const TASK_IDS_KEPT_MAX = 10_000;

/** UNVERIFIED FC-050: 64 in the API reference, 128 in Terraform's; the wider one refuses nothing the cloud takes. */
export const FUNCTION_NAME_CHARS_MAX = 128;
/** Help page "Limits". */
export const ENVIRONMENT_BYTES_MAX = 4 * 1024;
export const TRIGGERS_PER_FUNCTION_MAX = 50;
/** UNVERIFIED FC-067: neither is documented; both only keep what is stored within reason. */
export const TRIGGER_CONFIG_CHARS_MAX = 64 * 1024;
export const TRIGGER_CONFIG_DEPTH_MAX = 100;
/** Help page "Limits", in seconds. */
export const TIMEOUT_SECONDS_MAX = 86_400;
export const INITIALIZER_SECONDS_MAX = 300;
export const PRE_STOP_SECONDS_MAX = 90;

/** Calls of one function that run at once unless it says otherwise: a laptop is not a region. */
export const FUNCTION_INSTANCES_MAX = 10;

/** UNVERIFIED FC-052: page size when the caller names none. */
export const PAGE_SIZE_DEFAULT = 20;
export const PAGE_SIZE_MAX = 100;

/** Help page "Retry policies": attempts after the first, their range, and how old an event may get. */
export const ASYNC_RETRIES_DEFAULT = 3;
export const ASYNC_RETRIES_MAX = 8;
export const ASYNC_AGE_SECONDS_DEFAULT = 86_400;
/** The widest of the documented ranges. */
export const ASYNC_AGE_SECONDS_MAX = 2_592_000;
/** UNVERIFIED FC-053: the pause before a function error is tried again is not documented. */
export const ASYNC_RETRY_DELAY_MS = 1_000;
/** Help page "Retry policies": a throttled call waits 0.5, 1, 2, 4 … s; the widest pause is ours. */
export const THROTTLE_DELAY_MS = 500;
export const THROTTLE_DELAY_MAX_MS = 5 * 60_000;
/** Asynchronous invocations waiting, of all functions together. */
export const ASYNC_QUEUE_ROWS_MAX = 100_000;

/** Invocations the journal keeps; the oldest go first. */
export const INVOCATIONS_KEPT_MAX = 5_000;
/** How far the journal may overshoot before it is trimmed. */
export const INVOCATIONS_TRIM_STEP = 200;
/** Of one record's event, result and log the journal keeps this much. */
export const JOURNAL_TEXT_CHARS_MAX = 8 * 1024;
export const JOURNAL_LOG_CHARS_MAX = 32 * 1024;

/** A role's credentials as a function gets them; Help page "Environment variables": valid 36 hours. */
export const ROLE_SESSION_SECONDS = 36 * 3600;
/** A session with less than this left is replaced before the next call. */
export const ROLE_SESSION_SPARE_MS = 10 * 60_000;
/** Sessions kept at hand; an instance whose session was dropped assumes the role again. */
export const ROLE_SESSIONS_KEPT_MAX = 1000;

/** Templates longer than this are not read. */
export const TEMPLATE_CHARS_MAX = 1024 * 1024;
/** What all `${…}` of one template may expand to. */
export const EXPANSION_CHARS_MAX = 4 * 1024 * 1024;
/** Files of one code folder looked at for its checksum. */
export const CODE_FILES_MAX = 20_000;
/** Editors write a file in several steps; this long nothing must happen before new code counts as saved. */
export const RELOAD_QUIET_MS = 25;
/** A stream of changes without pause is cut here. */
export const RELOAD_QUIET_MAX_MS = 500;
/** Work that must not slow a start down begins this much later. */
export const BACKGROUND_DELAY_MS = 50;
/** What running calls and preStop hooks get when we end. */
export const DRAIN_MS = 5_000;
/** Of a failed call's result, in the log; the journal has more. */
export const TOLD_CHARACTERS_MAX = 300;
