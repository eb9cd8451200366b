import type { Rules } from '../rules';
import { sqlDatabase, sqlUser } from './sqlContents';
import { sqlInstance } from './sqlInstance';
import { SQL } from './tokens';

/** Cloud SQL, by token. */
export const databaseRules: Readonly<Record<string, Rules>> = {
  [SQL]: sqlInstance,
  'gcp:sql/database:Database': sqlDatabase,
  'gcp:sql/user:User': sqlUser,
};
