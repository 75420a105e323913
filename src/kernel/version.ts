/** The product's version, put in by the build; source run directly (tests) says so. */

declare const LOCALYUN_VERSION: string | undefined;

export const VERSION: string = typeof LOCALYUN_VERSION === 'string' ? LOCALYUN_VERSION : '0.0.0-source';
