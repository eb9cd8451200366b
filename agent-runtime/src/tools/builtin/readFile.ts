import type { Tool } from './context';

export const readFile: Tool<'read_file'> = async (input, { workspace }) => {
  const { handle, stats } = await workspace.file(input.path);
  try {
    const buffer = Buffer.alloc(Math.min(input.limit, Math.max(0, stats.size - input.offset)));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, input.offset);
    return {
      content: buffer.toString(input.encoding, 0, bytesRead),
      size: stats.size,
      truncated: input.offset + bytesRead < stats.size,
    };
  } finally {
    await handle.close();
  }
};
