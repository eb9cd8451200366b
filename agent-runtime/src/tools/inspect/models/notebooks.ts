import { Buffer } from 'node:buffer';
import { isRecord, list, record, text } from '../manifests/values';

/** What a notebook holds. */
export interface Notebook {
  cells: number;
  code: number;
  withOutput: number;
  /** Bytes of outputs as JSON. */
  outputBytes: number;
  language: string;
}

/** Reads a Jupyter notebook of format 3 or later. Throws a SyntaxError when it is none. */
export function readNotebook(source: string): Notebook {
  const parsed: unknown = JSON.parse(source);
  const cells = list(record(parsed)['cells']).concat(list(record(list(record(parsed)['worksheets'])[0])['cells']));
  if (!isRecord(parsed) || (cells.length === 0 && parsed['nbformat'] === undefined))
    throw new SyntaxError('no cells and no nbformat');
  const code = cells.filter((cell) => record(cell)['cell_type'] === 'code');
  const outputs = code.map((cell) => list(record(cell)['outputs'])).filter((output) => output.length > 0);
  const metadata = record(parsed['metadata']);
  return {
    cells: cells.length,
    code: code.length,
    withOutput: outputs.length,
    outputBytes: outputs.reduce((sum, output) => sum + Buffer.byteLength(JSON.stringify(output)), 0),
    language:
      text(record(metadata['language_info'])['name']) ?? text(record(metadata['kernelspec'])['language']) ?? 'unknown',
  };
}
