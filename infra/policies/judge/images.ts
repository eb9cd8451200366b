/** Whether an image is named by digest, and so is the same for ever. */
export function byDigest(image: string): boolean {
  return /@sha256:[0-9a-f]{64}$/.test(image);
}

/** Tag of an image; undefined when it has none, and gets `latest`. */
export function tagOf(image: string): string | undefined {
  return /:([\w][\w.-]*)$/.exec(image.replace(/@.*$/, '').split('/').at(-1) ?? '')?.[1];
}
