import { nearest } from '../../shared/schema/suggest';
import { at, isObject, matching, type ValueObject } from '../../shared/values';
import { isNot, lacks, type Check, fail, has, list, matches, text, within } from '../checks';
import { isMachineType, MACHINE_TYPES, seriesOf } from '../machines';

/** Whether the node configuration at `path` asks for GKE Sandbox. */
export function isSandboxed(inputs: ValueObject, path: string): boolean {
  const type = text(inputs, `${path}.sandboxConfig.type`);
  return type === 'GVISOR' || text(inputs, `${path}.sandboxConfig.sandboxType`) === 'gvisor';
}

/** Rules of a node configuration at `path`. */
export function nodeConfigChecks(path: string): Check[] {
  return [
    machineType(`${path}.machineType`),
    within(`${path}.diskSizeGb`, 10, 65536),
    // https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/NodeConfig#NodeKubeletConfig
    within(`${path}.kubeletConfig.podPidsLimit`, 1024, 4194304),
    within(`${path}.kubeletConfig.maxParallelImagePulls`, 2, 5),
    within(`${path}.kubeletConfig.containerLogMaxFiles`, 2, 10),
    within(`${path}.kubeletConfig.imageGcLowThresholdPercent`, 10, 85),
    within(`${path}.kubeletConfig.imageGcHighThresholdPercent`, 10, 85),
    within(`${path}.localSsdCount`, 0, 32),
    matches(`${path}.tags[*]`, /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/, 'a network tag is a RFC 1035 label'),
    spot(path),
    sandbox(path),
    accelerators(path),
    diskForSeries(path),
    secondaryDisks(path),
  ];
}

function machineType(pattern: string): Check {
  return (inputs) =>
    matching(inputs, pattern).flatMap(({ path, value }) => {
      if (typeof value !== 'string' || isMachineType(value)) return [];
      const near = nearest(value, MACHINE_TYPES);
      return fail(path, `unknown machine type "${value}"${near === undefined ? '' : `; did you mean ${near}?`}`);
    });
}

function spot(path: string): Check {
  return (inputs) => {
    if (at(inputs, `${path}.spot`) === true && at(inputs, `${path}.preemptible`) === true) {
      return fail(`${path}.spot`, `conflicts with ${path}.preemptible`);
    }
    return at(inputs, `${path}.flexStart`) === true && at(inputs, `${path}.spot`) === true
      ? fail(`${path}.flexStart`, `conflicts with ${path}.spot`)
      : [];
  };
}

// https://cloud.google.com/kubernetes-engine/docs/how-to/sandbox-pods#limitations and #enabling-new
function sandbox(path: string): Check {
  return (inputs) => {
    if (lacks(inputs, `${path}.sandboxConfig`)) return [];
    const both = has(inputs, `${path}.sandboxConfig.type`) && has(inputs, `${path}.sandboxConfig.sandboxType`);
    const neither = lacks(inputs, `${path}.sandboxConfig.type`) && lacks(inputs, `${path}.sandboxConfig.sandboxType`);
    const labels = at(inputs, `${path}.labels`);
    const declared = isObject(labels) ? Object.keys(labels).filter((key) => key.startsWith('sandbox.gke.io/')) : [];
    const tainted = list(inputs, `${path}.taints`).flatMap((_, index) =>
      text(inputs, `${path}.taints[${index}].key`)?.startsWith('sandbox.gke.io/') === true ? [index] : [],
    );
    const own = 'GKE Sandbox sets it itself; declared by hand it makes a difference on every refresh';
    const machine = text(inputs, `${path}.machineType`) ?? '';
    const image = text(inputs, `${path}.imageType`);
    return [
      ...(both ? fail(`${path}.sandboxConfig.sandboxType`, 'conflicts with type; give type') : []),
      ...(neither ? fail(`${path}.sandboxConfig.type`, 'is required') : []),
      ...declared.flatMap((key) => fail(`${path}.labels["${key}"]`, own)),
      ...tainted.flatMap((index) => fail(`${path}.taints[${index}].key`, own)),
      ...(image !== undefined && image.toUpperCase() !== 'COS_CONTAINERD'
        ? fail(`${path}.imageType`, `GKE Sandbox needs COS_CONTAINERD, got ${image}`)
        : []),
      ...(/^(?:e2-(?:micro|small|medium)|f1-micro|g1-small)$/.test(machine)
        ? fail(`${path}.machineType`, `GKE Sandbox does not run on ${machine}: shared-core machine types are too small`)
        : []),
    ];
  };
}

// https://cloud.google.com/compute/docs/gpus: only N1 takes attached GPUs; A2, A3, A4, G2 and G4 bring theirs.
function accelerators(path: string): Check {
  return (inputs) => {
    const machine = text(inputs, `${path}.machineType`);
    if (machine === undefined || list(inputs, `${path}.guestAccelerators`).length === 0) return [];
    return /^(?:n1|a2|a3|a4|a4x|g2|g4)$/.test(seriesOf(machine))
      ? []
      : fail(`${path}.guestAccelerators`, `machine type ${machine} cannot have accelerators`);
  };
}

// https://cloud.google.com/compute/docs/general-purpose-machines: the newer series boot from Hyperdisk only.
function diskForSeries(path: string): Check {
  return (inputs) => {
    const series = seriesOf(text(inputs, `${path}.machineType`) ?? '');
    const disk = text(inputs, `${path}.diskType`) ?? '';
    if (/^(?:c4|c4a|c4d|n4|n4a|n4d|g4|a4|a4x)$/.test(series) && disk.startsWith('pd-')) {
      return fail(`${path}.diskType`, `${disk} cannot be attached to ${series} machines: use hyperdisk-balanced`);
    }
    if (/^(?:e2|n1|t2d|t2a)$/.test(series) && disk.startsWith('hyperdisk-')) {
      return fail(`${path}.diskType`, `${disk} cannot boot ${series} machines: use pd-balanced`);
    }
    return [];
  };
}

function secondaryDisks(path: string): Check {
  return (inputs) =>
    has(inputs, `${path}.secondaryBootDisks`) && isNot(inputs, `${path}.gcfsConfig.enabled`, true)
      ? fail(`${path}.gcfsConfig.enabled`, 'must be true with secondaryBootDisks')
      : [];
}
