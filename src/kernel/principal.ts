/** Who makes a call, once its signature has been verified. */

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
