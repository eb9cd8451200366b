/** Images that the steps run in. Where the supply chain matters, name them by digest. */
export interface Tools {
  node: string;
  docker: string;
  /** With gcloud and its component local-extract. */
  gcloud: string;
  /** With the Pulumi CLI, gcloud and gke-gcloud-auth-plugin. */
  pulumi: string;
  /** Registers emulators, so that images for the other architecture can be built. */
  emulators: string;
}

export const defaultTools: Tools = {
  node: 'node:24.21.0-bookworm',
  docker: 'gcr.io/cloud-builders/docker:latest',
  gcloud: 'gcr.io/google.com/cloudsdktool/google-cloud-cli:stable',
  pulumi: 'pulumi/pulumi:3.270.0',
  emulators: 'tonistiigi/binfmt:qemu-v10.0.4',
};

/** First lines of every script: the first fault ends it. */
export const shell = '#!/usr/bin/env bash\nset -euo pipefail\n';

/** Node as the lock file pins it comes before that of the image. */
export const pinnedNode = 'export PATH="$PWD/node_modules/.bin:$PATH"\n';
