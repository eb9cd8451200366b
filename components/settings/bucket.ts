/** What holds for every bucket: nobody from outside, one set of rights for all objects, a week to undo a deletion. */
export const privateBucket = {
  uniformBucketLevelAccess: true,
  publicAccessPrevention: 'enforced',
  softDeletePolicy: { retentionDurationSeconds: 7 * 86_400 },
};

/** Deletes objects so many days after they were last used (the dispatcher writes that as their custom time), and remains of uploads that broke off after one. */
export function expiry(days: number) {
  return [
    { action: { type: 'Delete' }, condition: { daysSinceCustomTime: days } },
    { action: { type: 'AbortIncompleteMultipartUpload' }, condition: { age: 1 } },
  ];
}

/** The key of a bucket, if it has one. */
export function encryptedWith<T>(key: T | undefined): { encryption?: { defaultKmsKeyName: T } } {
  return key === undefined ? {} : { encryption: { defaultKmsKeyName: key } };
}
