/** Who makes a call, once its signature has been verified. */
import { z } from 'zod';

export type Principal =
  | { type: 'anonymous' }
  /** The account itself: allowed everything of its own. */
  | { type: 'account'; accountId: string }
  | { type: 'user'; accountId: string; userName: string; userId: string; arn: string }
  | {
      type: 'role';
      accountId: string;
      roleName: string;
      roleId: string;
      sessionName: string;
      /** `acs:ram::<account>:role/<role>/<session>`. */
      arn: string;
      /** The temporary key this session signs with: tells which function instance made a call. */
      accessKeyId: string;
    };

/** Of one that was written down. */
export const principalSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('anonymous') }),
  z.object({ type: z.literal('account'), accountId: z.string() }),
  z.object({
    type: z.literal('user'),
    accountId: z.string(),
    userName: z.string(),
    userId: z.string(),
    arn: z.string(),
  }),
  z.object({
    type: z.literal('role'),
    accountId: z.string(),
    roleName: z.string(),
    roleId: z.string(),
    sessionName: z.string(),
    arn: z.string(),
    accessKeyId: z.string(),
  }),
]) satisfies z.ZodType<Principal>;
