/** Named bounds of function instances: what a worker may send, how much of its output is kept, how long we wait. */

/** Help page "Limits": payload of a synchronous call, in both directions. */
export const PAYLOAD_BYTES_MAX = 32 * 1024 * 1024;
/** One framed message from a worker: a payload and its envelope. */
export const FRAME_BYTES_MAX = PAYLOAD_BYTES_MAX + 64 * 1024;
/** One write of a function to its output travels in pieces of at most this many characters. */
export const LOG_CHUNK_CHARS_MAX = 64 * 1024;
/** Help page "Limits": a log line is cut here. */
export const LOG_LINE_BYTES_MAX = 32 * 1024;
/** Log kept of one call; what exceeds it is counted and said, never buffered. */
export const LOG_BYTES_PER_CALL_MAX = 1024 * 1024;
/** Help page "Invoke function": X-Fc-Log-Result carries the last 4 KB. */
export const LOG_TAIL_BYTES = 4 * 1024;
/** Runtime source: the error text printed into the log is capped. */
export const ERROR_LOG_CHARS_MAX = 256 * 1024;
/** A bare bootstrap that has not answered by then never will. */
export const BOOT_TIMEOUT_MS = 15_000;
/** How long output that a dead process left in its pipes is waited for. */
export const OUTPUT_DRAIN_MS = 250;
/** How often a busy instance's memory is read. */
export const MEMORY_SAMPLE_MS = 20;
/** The same where reading costs a process of its own (`ps`). */
export const MEMORY_SAMPLE_SLOW_MS = 250;
/** A `ps` that takes longer is given up; the next sample asks again. */
export const PS_TIMEOUT_MS = 5_000;
/** Help page "Limits": on-demand instances of a region. */
export const INSTANCES_MAX = 300;
/** Memory classes that bare bootstraps are kept ready for, most recently used first. */
export const RESERVE_CLASSES_MAX = 4;
/** A used reserve is replaced this much later: not while the call it was used for is being answered. */
export const REFILL_DELAY_MS = 100;
/** Seed assumption: the page says "usually 3 to 5 minutes". */
export const IDLE_TIMEOUT_MS = 5 * 60_000;
