/** Port: whose key is this? Answered by the RAM room; asked by every dialect that verifies a signature. */
import type { Principal } from '../kernel/principal.ts';

export interface Credential {
  accessKeyId: string;
  accessKeySecret: string;
  /** Present on temporary credentials: the caller must send the same. */
  securityToken: string | undefined;
  /** Kernel time in ms after which it is refused; undefined for keys that do not expire. */
  expiresAtMs: number | undefined;
  principal: Principal;
}

export interface CredentialSource {
  /** Also returns an expired credential for a while, so that the refusal can say "expired" and not "unknown". */
  find(accessKeyId: string): Credential | undefined;
}
