/** Quantities as the API server itself would write them, so that a refresh finds no difference. */

/** Millicores of an amount of cores. */
export function millicores(cores: number): number {
  return Math.round(cores * 1_000);
}

/** Mebibytes of an amount of gibibytes. */
export function mebibytes(gibibytes: number): number {
  return Math.round(gibibytes * 1_024);
}

/** Cores as a quantity: `50m`, `2`. */
export function cpuQuantity(cores: number): string {
  const milli = millicores(cores);
  return milli % 1_000 === 0 ? String(milli / 1_000) : `${milli}m`;
}

/** Gibibytes as a quantity: `128Mi`, `4Gi`. */
export function bytesQuantity(gibibytes: number): string {
  const mebi = mebibytes(gibibytes);
  return mebi % 1_024 === 0 ? `${mebi / 1_024}Gi` : `${mebi}Mi`;
}
