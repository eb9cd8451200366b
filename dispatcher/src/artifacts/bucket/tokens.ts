import { GoogleAuth } from 'google-auth-library';

/** Where access tokens come from. */
export interface Tokens {
  /** A token that is good now. Rejects when none can be had in time. */
  token(): Promise<string>;
  /** The last one was refused: the next is to be a new one. */
  forget(): void;
}

// Changing the time of last use needs more than read_write; what the identity may really do is up to its grants.
const scopes = ['https://www.googleapis.com/auth/devstorage.full_control'];

/**
 * Tokens of the identity that Google's libraries find: the file of GOOGLE_APPLICATION_CREDENTIALS, that of gcloud, or the metadata server, which
 * with Workload Identity answers for the pod's ServiceAccount. Kept until shortly before they expire.
 */
export function googleTokens(timeoutMs = 10_000): Tokens {
  let auth = new GoogleAuth({ scopes });
  return {
    async token() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`no access token within ${timeoutMs} ms`)), timeoutMs);
      });
      try {
        const token = await Promise.race([auth.getAccessToken(), late]);
        if (typeof token !== 'string' || token === '') throw new Error('there is no access token');
        return token;
      } finally {
        clearTimeout(timer);
      }
    },
    forget() {
      auth = new GoogleAuth({ scopes });
    },
  };
}
