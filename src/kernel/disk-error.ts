/** Whether something failed because the disk takes no more or is broken: neither a bug nor the caller's fault. */

/** No space, no more of the user's share of it, no file as large as this one; a disk that fails, or may only be read. */
const CODES = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS']);

export function isDiskError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && CODES.has(String(error.code));
}
