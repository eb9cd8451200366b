import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/** Every file of some descriptor sets once: its name, what it imports, what it declares, and itself as base64. */
export function fileDescriptors(sets) {
  const files = new Map();
  for (const bytes of sets) {
    for (const file of fromBinary(FileDescriptorSetSchema, bytes).file) files.set(file.name, file);
  }
  return [...files.values()]
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((file) => ({
      name: file.name,
      dependencies: file.dependency,
      services: file.service.map(({ name }) => `${file.package}.${name}`),
      symbols: symbolsOf(file),
      base64: Buffer.from(toBinary(FileDescriptorProtoSchema, file)).toString('base64'),
    }));
}

function symbolsOf(file) {
  return [
    ...messageSymbols(file.messageType, file.package),
    ...file.enumType.map(({ name }) => `${file.package}.${name}`),
    ...file.service.flatMap(({ name, method }) => [
      `${file.package}.${name}`,
      ...method.map((one) => `${file.package}.${name}.${one.name}`),
    ]),
  ];
}

function messageSymbols(messages, scope) {
  return messages.flatMap(({ name, nestedType, enumType }) => [
    `${scope}.${name}`,
    ...enumType.map((one) => `${scope}.${name}.${one.name}`),
    ...messageSymbols(nestedType, `${scope}.${name}`),
  ]);
}
