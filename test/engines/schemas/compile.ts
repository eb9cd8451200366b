import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import {
  compileCrds,
  compileHandwritten,
  metaSchemas,
  type CustomResourceDefinition,
  type HandwrittenKinds,
} from './crds';
import { readEnums } from './enums';
import type { Bundle, VersionDocument } from './format';
import { compileOpenApi, type OpenApiDocument } from './openapi';
import type { ModuleName } from './modules';

/** Definitions written down by hand because no Go module ships them: the folder's name is the bundle. */
const handwritten: readonly Bundle[] = ['managed-prometheus', 'gke', 'secrets-store'];

const openApiFile = /^(?:api|apis__(.+))__(v[0-9a-z]+)_openapi\.json$/;

function readYamls(folder: string): CustomResourceDefinition[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => parse(readFileSync(join(folder, file), 'utf8')) as { kind?: string } & CustomResourceDefinition) // CRDs by `kind`
    .filter((definition) => definition.kind === 'CustomResourceDefinition');
}

function readHandwritten(bundle: Bundle): HandwrittenKinds[] {
  const folder = join(__dirname, 'handwritten', bundle);
  return readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as HandwrittenKinds);
}

/** Compiles everything: the API server's own kinds and the CRDs of each bundle. */
export function compileAll(directories: Record<ModuleName, string>): VersionDocument[] {
  const enums = readEnums(
    readFileSync(join(directories.kubernetes, 'pkg/generated/openapi/zz_generated.openapi.go'), 'utf8'),
  );
  const published = join(directories.kubernetes, 'api/openapi-spec/v3');
  const builtIn = readdirSync(published).flatMap((file) => {
    const match = openApiFile.exec(file);
    if (match?.[2] === undefined) return [];
    const groupVersion = match[1] === undefined ? match[2] : `${match[1]}/${match[2]}`;
    const document = JSON.parse(readFileSync(join(published, file), 'utf8')) as OpenApiDocument;
    return [compileOpenApi(groupVersion, document, enums)];
  });
  const core = builtIn.find((document) => document.groupVersion === 'v1');
  if (core === undefined) throw new Error(`no OpenAPI document of v1 in ${published}`);
  const meta = metaSchemas(core.schemas);
  return [
    ...builtIn,
    ...compileCrds('gateway-api', readYamls(join(directories.gatewayApi, 'config/crd/standard')), meta),
    ...compileCrds('keda', readYamls(join(directories.keda, 'config/crd/bases')), meta),
    ...handwritten.flatMap((bundle) => compileHandwritten(bundle, readHandwritten(bundle), meta)),
  ];
}
