/** What main.ts prints when it listens. */
export const readyLine = '{"ready":true}';
