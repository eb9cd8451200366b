// The engine's own way to TypeScript checks the types of the whole pack at each preview; the build does that once.
require('tsx/cjs');
require('./index.ts');
