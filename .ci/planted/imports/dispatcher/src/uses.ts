export { value } from '../../agent-runtime/src/value';
