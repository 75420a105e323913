/** Some tests find the more the longer they run: `npm test` runs a part of them, `npm run test:all` the whole. */
export const IS_THOROUGH = process.env.LOCALYUN_THOROUGH === 'true';
