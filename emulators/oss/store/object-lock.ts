/** What keeps one version of an object as it is. */
export interface ObjectLock {
  /** Until `untilMs`, in kernel ms; those with a permission of their own may lift GOVERNANCE before. */
  retention?: { mode: 'GOVERNANCE' | 'COMPLIANCE'; untilMs: number } | undefined;
  /** Held without an end, until it is let go. */
  isHeld?: boolean | undefined;
}
