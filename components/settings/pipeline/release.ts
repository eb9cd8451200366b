import type { Build, Step } from './build';
import { pinnedNode, shell, type Tools } from './tools';

export interface ReleaseSettings {
  tools: Tools;
  /** LOCATION-docker.pkg.dev/PROJECT/REPOSITORY. */
  registry: string;
  /** Image that ours are built on. */
  baseImage: string;
  /** Architectures, such as linux/amd64. */
  platforms: readonly string[];
  /** Severities of known vulnerabilities that stop a release. */
  blockedSeverities: readonly string[];
  /** Bucket of releases. */
  bucket: string;
  /** Topic that tells of a release. */
  topic: string;
  /** Signs every image when given. */
  signing?: { attestor: string; keyVersion: string };
  workerPool?: string;
}

/**
 * From a commit to images that may run: checked, tested, built, scanned, pushed for every architecture, signed, and handed over as
 * `gs://BUCKET/releases/COMMIT/` with the source that they were built from. Nothing is pushed that failed a scan; nothing is signed
 * that was not pushed.
 */
export function releaseBuild(settings: ReleaseSettings): Build {
  const { signing, workerPool } = settings;
  return {
    steps: [
      install(settings),
      check(settings),
      test(settings),
      describe(settings),
      build(settings),
      scan(settings),
      push(settings),
      digests(settings),
      ...(signing ? [sign(settings, signing)] : []),
      handOver(settings),
    ],
    timeoutSeconds: 5_400,
    options: {
      logging: 'CLOUD_LOGGING_ONLY',
      requestedVerifyOption: 'VERIFIED',
      ...(workerPool === undefined ? { machineType: 'E2_HIGHCPU_8', diskSizeGb: 200 } : { workerPool }),
    },
  };
}

const install = ({ tools }: ReleaseSettings): Step => ({
  id: 'install',
  name: tools.node,
  script: `${shell}npm ci --no-audit --no-fund`,
});

const check = ({ tools }: ReleaseSettings): Step => ({
  id: 'check',
  name: tools.node,
  waitFor: ['install'],
  script: `${shell}npm run check`,
});

const test = ({ tools }: ReleaseSettings): Step => ({
  id: 'test',
  name: tools.node,
  waitFor: ['install'],
  script: `${shell}apt-get update -qq
apt-get install -y -qq --no-install-recommends redis-server bubblewrap
npm test`,
});

/** The commit's own catalogue says what there is to build, not the stack that made the trigger. */
const describe = ({ tools, registry, baseImage, platforms }: ReleaseSettings): Step => ({
  id: 'describe',
  name: tools.node,
  waitFor: ['install'],
  env: [`REGISTRY=${registry}`, 'TAG=$COMMIT_SHA', `BASE_IMAGE=${baseImage}`, `PLATFORMS=${platforms.join(',')}`],
  script: `${shell}${pinnedNode}tsx components/scripts/bake.ts release`,
});

/** For this machine's architecture alone, into its Docker: what the scan looks at, and what the push finds in the cache. */
const build = ({ tools }: ReleaseSettings): Step => ({
  id: 'build',
  name: tools.docker,
  waitFor: ['check', 'test', 'describe'],
  env: [`EMULATORS=${tools.emulators}`],
  script: `${shell}docker run --rm --privileged "$EMULATORS" --install all
docker buildx create --name release --driver docker-container --use
docker buildx bake --file release/bake.json --set '*.platform=linux/amd64' --load`,
});

const scan = ({ tools, blockedSeverities }: ReleaseSettings): Step => ({
  id: 'scan',
  name: tools.gcloud,
  waitFor: ['build'],
  env: [`SEVERITIES=${blockedSeverities.join('|')}`],
  script: `${shell}failed=0
while read -r image; do
  scan=$(gcloud artifacts docker images scan "$image" --format='value(response.scan)')
  found=$(gcloud artifacts docker images list-vulnerabilities "$scan" --format='value(vulnerability.effectiveSeverity)' | grep -Ecx "$SEVERITIES" || true)
  echo "$image: $found of $SEVERITIES"
  [ "$found" = 0 ] || failed=1
done <release/images.txt
exit "$failed"`,
});

const push = ({ tools }: ReleaseSettings): Step => ({
  id: 'push',
  name: tools.docker,
  waitFor: ['scan'],
  script: `${shell}docker buildx bake --builder release --file release/bake.json --push \\
  --provenance=mode=max --sbom=true --metadata-file release/metadata.json`,
});

const digests = ({ tools, registry }: ReleaseSettings): Step => ({
  id: 'digests',
  name: tools.node,
  waitFor: ['push'],
  env: [`REGISTRY=${registry}`],
  script: `${shell}${pinnedNode}tsx components/scripts/digests.ts release`,
});

const sign = (
  { tools }: ReleaseSettings,
  { attestor, keyVersion }: { attestor: string; keyVersion: string },
): Step => ({
  id: 'sign',
  name: tools.gcloud,
  waitFor: ['digests'],
  env: [`ATTESTOR=${attestor}`, `KEY_VERSION=${keyVersion}`],
  script: `${shell}while read -r image; do
  gcloud beta container binauthz attestations sign-and-create \\
    --artifact-url="$image" --attestor="$ATTESTOR" --keyversion="$KEY_VERSION"
done <release/digests.txt`,
});

const handOver = ({ tools, bucket, topic, signing }: ReleaseSettings): Step => ({
  id: 'hand-over',
  name: tools.gcloud,
  waitFor: [signing ? 'sign' : 'digests'],
  env: [`BUCKET=${bucket}`, `TOPIC=${topic}`, 'COMMIT=$COMMIT_SHA'],
  script: `${shell}tar --create --gzip --file /tmp/source.tgz --exclude=./node_modules --exclude=./release --exclude=./.git .
gcloud storage cp /tmp/source.tgz release/images.conf "gs://$BUCKET/releases/$COMMIT/"
gcloud pubsub topics publish "$TOPIC" --message="{\\"release\\":\\"$COMMIT\\"}"`,
});
