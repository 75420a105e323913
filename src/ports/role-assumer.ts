/** Port: temporary credentials of a role, for a service of ours (a function instance). Answered by the RAM room. */

export interface AssumeRoleRequest {
  /** `acs:ram::<account>:role/<name>`; the name is compared without regard to case, as the real service does for service roles. */
  roleArn: string;
  sessionName: string;
  /** The service that assumes it: `fc.aliyuncs.com`. The role's trust policy must name it. */
  service: string;
  durationSeconds: number;
}

export interface TemporaryCredentials {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken: string;
  /** Kernel time in ms. */
  expiresAtMs: number;
}

export type AssumeRoleAnswer =
  | { ok: true; credentials: TemporaryCredentials }
  /** `reason` says what to mend: no such role, or its trust policy does not name the service. */
  | { ok: false; code: 'EntityNotExist.Role' | 'NoPermission'; reason: string };

export interface RoleAssumer {
  assumeRole(request: AssumeRoleRequest): Promise<AssumeRoleAnswer>;
  /** Why the service could not assume the role now, and what to mend; undefined when it could. */
  refusal(request: Pick<AssumeRoleRequest, 'roleArn' | 'service'>): string | undefined;
}
