/** A union of JSON, told apart by `kind`, as generated code has a oneof. */
export type Oneof<T extends { kind: string }> = T extends { kind: infer K } ? { $case: K; value: T } : never;

/** Wraps a union for protobuf; the case is named as the kind. The encoder takes no notice of the `kind` that stays inside. */
export function toOneof<T extends { kind: string }>(value: T): Oneof<T> {
  return { $case: value.kind, value } as unknown as Oneof<T>; // a conditional type of a type parameter cannot be checked here
}

/** Undoes {@link toOneof}; undefined when no case was given. */
export function fromOneof(oneof: { $case: string; value: object } | undefined): object | undefined {
  return oneof === undefined ? undefined : { kind: oneof.$case, ...oneof.value };
}
