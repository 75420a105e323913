/** Named bounds of the RAM room: what callers may send, and how much is kept. */

/** Help page "AssumeRole": seconds a session may last. */
export const SESSION_SECONDS_MIN = 900;
export const SESSION_SECONDS_DEFAULT = 3600;
/** A function's credentials last longer than any caller may ask for. Help page "Environment variables" of Function Compute: 36 hours. */
export const SERVICE_SESSION_SECONDS_MAX = 36 * 3600;

/** Help page "AssumeRole": 2 to 64 letters, digits and . @ - _ (an older text says 32). */
export const SESSION_NAME = /^[a-zA-Z0-9.@\-_]{2,64}$/;
/** Help page "AssumeRole": characters of a session policy (an older text says 1024). */
export const SESSION_POLICY_CHARS_MAX = 2048;
export const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;
/** UNVERIFIED RAM-006: the pattern of SourceIdentity, taken to be that of a session name. */
export const SOURCE_IDENTITY = /^[\w+=,.@-]{2,64}$/;

/** Help page "CreateRole". */
export const ROLE_NAME = /^[a-zA-Z0-9.@-]{1,64}$/;
/** Help page "CreatePolicy". */
export const POLICY_NAME = /^[a-zA-Z0-9-]{1,128}$/;
export const POLICY_CHARS_MAX = 6144;

/** Sessions kept, expired ones included; past it those that end soonest go. */
export const SESSIONS_MAX = 20_000;
/** How many go at once then, so that not every call has to sort. */
export const SESSIONS_EVICTED_AT_ONCE = 1_000;
/** An expired session is remembered this long, so that its refusal says "expired" and not "unknown". */
export const EXPIRED_SESSION_KEPT_MS = 24 * 3600_000;
/** Expired sessions are looked for at most this often. */
export const SESSION_SWEEP_MS = 60_000;

/** Refused calls kept for `GET /_localyun/denials`; the oldest go first. */
export const DENIALS_MAX = 1_000;
