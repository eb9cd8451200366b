/** What other programs of the factory may know of the dispatcher; they start it as a process of its own. */
export { dispatcherFileSchema, roleSchema, tokenSchema, type DispatcherFile, type DispatcherFileInput } from './config';
export { tokenHash } from './auth/token';
export { openApiDocument } from './http/document';
export { createDispatcher, type Dispatcher } from './app';
