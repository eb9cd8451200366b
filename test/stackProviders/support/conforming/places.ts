import type { ValueObject } from '../../../stack/providers/shared/values';

/** Inputs that the real provider takes, with the token of their type. */
export type Entry = readonly [token: string, inputs: ValueObject];

export const PROJECT = 'my-project';
export const NETWORK = `projects/${PROJECT}/global/networks/factory`;
export const SUBNETWORK = `projects/${PROJECT}/regions/europe-west4/subnetworks/nodes`;
export const CLUSTER = `projects/${PROJECT}/locations/europe-west4/clusters/factory`;
export const RING = `projects/${PROJECT}/locations/europe-west4/keyRings/factory`;
export const ACCOUNT = `factory-nodes@${PROJECT}.iam.gserviceaccount.com`;
export const NOTE = `projects/${PROJECT}/notes/built`;
