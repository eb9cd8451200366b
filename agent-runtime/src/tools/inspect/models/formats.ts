import { Buffer } from 'node:buffer';
import type { Reader } from '../core/reader';
import type { FileEntry } from '../core/fileIndex';

/** A kind of model or data file. `check` says what is wrong with its first bytes, or undefined when they fit. */
export interface Format {
  name: string;
  role: 'model' | 'data';
  /** Loading it can run code. */
  pickle?: boolean;
  check?: (head: Buffer, file: FileEntry) => string | undefined;
}

function starts(...marks: (string | number[])[]): (head: Buffer) => string | undefined {
  const wanted = marks.map((mark) => (typeof mark === 'string' ? Buffer.from(mark, 'latin1') : Buffer.from(mark)));
  return (head) =>
    wanted.some((mark) => head.subarray(0, mark.length).equals(mark))
      ? undefined
      : 'The first bytes are not those of the format.';
}

const zip = [0x50, 0x4b, 3, 4];
const hdf5 = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const pickleMarks: (string | number[])[] = [[0x80, 2], [0x80, 3], [0x80, 4], [0x80, 5], [0x80, 1], '(', ']', '}', 'c'];
const compressed: (string | number[])[] = [
  [0x78, 0x01],
  [0x78, 0x9c],
  [0x78, 0xda],
  [0x1f, 0x8b],
  'BZh',
  [0xfd, 0x37],
  [0x04, 0x22, 0x4d, 0x18],
  [0x5d, 0, 0],
];

function safetensors(head: Buffer, file: FileEntry): string | undefined {
  if (head.length < 9) return 'It is shorter than its header.';
  const length = Number(head.readBigUInt64LE(0));
  if (length > 100_000_000 || length + 8 > file.size)
    return `The header says it is ${length} bytes long, more than the file has.`;
  return head[8] === 0x7b ? undefined : 'The header is not JSON.';
}

const formats: Record<string, Format> = {
  onnx: {
    name: 'ONNX',
    role: 'model',
    check: (head) =>
      head[0] === 0x08 || head[0] === 0x0a || head[0] === 0x12
        ? undefined
        : 'The first byte is not that of an ONNX message.',
  },
  safetensors: { name: 'safetensors', role: 'model', check: safetensors },
  pt: { name: 'PyTorch', role: 'model', pickle: true, check: starts(zip, ...pickleMarks) },
  pth: { name: 'PyTorch', role: 'model', pickle: true, check: starts(zip, ...pickleMarks) },
  ckpt: { name: 'checkpoint', role: 'model' },
  h5: { name: 'HDF5', role: 'model', check: starts(hdf5) },
  hdf5: { name: 'HDF5', role: 'data', check: starts(hdf5) },
  keras: { name: 'Keras', role: 'model', check: starts(zip, hdf5) },
  gguf: { name: 'GGUF', role: 'model', check: starts('GGUF') },
  tflite: {
    name: 'TensorFlow Lite',
    role: 'model',
    check: (head) => (head.subarray(4, 8).toString('latin1') === 'TFL3' ? undefined : 'TFL3 is not at byte 4.'),
  },
  pkl: { name: 'pickle', role: 'model', pickle: true, check: starts(...pickleMarks, ...compressed) },
  pickle: { name: 'pickle', role: 'model', pickle: true, check: starts(...pickleMarks, ...compressed) },
  joblib: { name: 'joblib', role: 'model', pickle: true, check: starts(...pickleMarks, ...compressed) },
  mlmodel: { name: 'Core ML', role: 'model' },
  caffemodel: { name: 'Caffe', role: 'model' },
  cbm: { name: 'CatBoost', role: 'model' },
  npy: { name: 'NumPy array', role: 'data', check: starts([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]) },
  npz: { name: 'NumPy archive', role: 'data', check: starts(zip, [0x50, 0x4b, 5, 6]) },
  parquet: { name: 'Parquet', role: 'data', check: starts('PAR1', 'PARE') },
  feather: { name: 'Feather', role: 'data', check: starts('ARROW1', 'FEA1') },
  arrow: { name: 'Arrow', role: 'data' },
  sqlite: { name: 'SQLite', role: 'data', check: starts('SQLite format 3\0') },
  sqlite3: { name: 'SQLite', role: 'data', check: starts('SQLite format 3\0') },
  csv: { name: 'CSV', role: 'data' },
  tsv: { name: 'TSV', role: 'data' },
  jsonl: { name: 'JSON lines', role: 'data' },
  ndjson: { name: 'JSON lines', role: 'data' },
  tfrecord: { name: 'TFRecord', role: 'data' },
  avro: { name: 'Avro', role: 'data', check: starts('Obj\x01', '{') },
  geojson: { name: 'GeoJSON', role: 'data' },
  mat: { name: 'MATLAB data', role: 'data' },
  rds: { name: 'R data', role: 'data' },
  xlsx: { name: 'Excel', role: 'data', check: starts(zip, [0xd0, 0xcf, 0x11, 0xe0]) },
};

/** The format of a file by its name; undefined for what is neither a model nor data. */
export function formatOf(file: FileEntry): Format | undefined {
  if (/^(?:pytorch_model|model|diffusion_pytorch_model|adapter_model)(?:-\d+-of-\d+)?\.bin$/.test(file.name))
    return formats['pt'];
  if (file.name === 'saved_model.pb' || /frozen\w*\.pb$/.test(file.name))
    return { name: 'TensorFlow SavedModel', role: 'model' };
  if (/\.(?:xgb|ubj)$/.test(file.name)) return { name: 'XGBoost', role: 'model' };
  return Object.hasOwn(formats, file.ext) ? formats[file.ext] : undefined;
}

const media: Record<string, string> = {};
for (const [kind, extensions] of Object.entries({
  Images: 'png jpg jpeg gif webp bmp tif tiff ico avif heic svg psd',
  Audio: 'wav mp3 flac ogg m4a aac opus aiff mid',
  Video: 'mp4 mov avi mkv webm mpg mpeg wmv',
  Archives: 'zip tar gz tgz bz2 xz zst 7z rar whl jar war',
  Fonts: 'ttf otf woff woff2 eot',
  Documents: 'pdf doc docx ppt pptx odt',
}))
  for (const extension of extensions.split(' ')) media[extension] = kind;

/** Images, Audio, Video, Archives, Fonts or Documents; undefined for the rest. */
export function mediaOf(file: FileEntry): string | undefined {
  return Object.hasOwn(media, file.ext) ? media[file.ext] : undefined;
}

const lfsMark = 'version https://git-lfs.github.com/spec/v1';

/** The size a Git LFS pointer stands for; undefined when the file is none. */
export function lfsSize(reader: Reader, file: FileEntry): number | undefined {
  if (file.size === 0 || file.size > 1_024) return undefined;
  const head = reader.head(file, 1_024)?.toString('latin1');
  if (head === undefined || !head.startsWith(lfsMark)) return undefined;
  return Number(/^size (\d+)$/m.exec(head)?.[1] ?? 0);
}
