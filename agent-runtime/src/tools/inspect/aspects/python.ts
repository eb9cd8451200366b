import type { Context } from '../core/context'; export async function python(c: Context): Promise<void> { c.section.summary('stub'); await c.budget.breathe(); }
