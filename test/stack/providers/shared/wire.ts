import { Struct } from 'google-protobuf/google/protobuf/struct_pb';
import { isObject, itemPath, memberPath, UNKNOWN, type Marked, type Value, type ValueObject } from './values';

// The engine's wire marks, as in @pulumi/pulumi/runtime/rpc.
const SIGNATURE = '4dabf18193072939515e22adb298388d';
const SECRET = '1b47061264138c4ac30d75fd1eb44270';
const OUTPUT = 'd0e6a833031e9bbcd3f4e8bde6ca49a4';
const UNKNOWN_TEXT = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

/** Reads a property bag as the engine sent it. */
export function fromWire(struct: Struct | undefined): Marked {
  const secrets = new Set<string>();
  const value: ValueObject = {};
  for (const [key, item] of Object.entries(struct?.toJavaScript() ?? {})) {
    value[key] = decode(item as WireValue, memberPath('', key), secrets);
  }
  return { value, secrets };
}

/** Writes a property bag for the engine, its secret parts wrapped. */
export function toWire(marked: Marked): Struct {
  const fields: Record<string, WireValue> = {};
  for (const [key, item] of Object.entries(marked.value)) {
    fields[key] = encode(item, memberPath('', key), marked.secrets);
  }
  return Struct.fromJavaScript(fields);
}

type WireValue = null | boolean | number | string | WireValue[] | { [key: string]: WireValue };

function decode(wire: WireValue, path: string, secrets: Set<string>): Value {
  if (wire === UNKNOWN_TEXT) return UNKNOWN;
  if (Array.isArray(wire)) return wire.map((item, index) => decode(item, itemPath(path, index), secrets));
  if (wire === null || typeof wire !== 'object') return wire;
  if (wire[SIGNATURE] === SECRET) {
    secrets.add(path);
    return decode(wire['value'] ?? null, path, secrets);
  }
  if (wire[SIGNATURE] === OUTPUT) {
    if (wire['secret'] === true) secrets.add(path);
    return wire['value'] === undefined ? UNKNOWN : decode(wire['value'], path, secrets);
  }
  const value: ValueObject = {};
  for (const [key, item] of Object.entries(wire)) value[key] = decode(item, memberPath(path, key), secrets);
  return value;
}

function encode(value: Value, path: string, secrets: ReadonlySet<string>): WireValue {
  const plain = encodePlain(value, path, secrets);
  return secrets.has(path) ? { [SIGNATURE]: SECRET, value: plain } : plain;
}

function encodePlain(value: Value, path: string, secrets: ReadonlySet<string>): WireValue {
  if (value === UNKNOWN) return UNKNOWN_TEXT;
  if (Array.isArray(value)) return value.map((item, index) => encode(item, itemPath(path, index), secrets));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, encode(item, memberPath(path, key), secrets)]),
  );
}
