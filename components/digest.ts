import { createHash } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';

/** Digest of values, some of them secret, that may stand in an annotation: among them is enough that nobody can guess. */
export function digestOf(values: readonly pulumi.Input<string>[]): pulumi.Output<string> {
  return pulumi.unsecret(pulumi.all([...values])).apply((all) => sha256(JSON.stringify(all)));
}

/** SHA-256 of a text in hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
