import type { World } from './cloud';

export function answer(argv: readonly string[], world: World): { code: number; stdout: string; stderr: string };
