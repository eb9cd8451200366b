/** Numbers of system calls by architecture of Node; `x32Bit` marks the second call table that x86_64 kernels may have. */
const architectures: Readonly<Record<string, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    x32Bit: 0x40000000,
    denied: {
      add_key: 248,
      request_key: 249,
      keyctl: 250,
      perf_event_open: 298,
      kexec_load: 246,
      kexec_file_load: 320,
      bpf: 321,
      userfaultfd: 323,
      io_uring_setup: 425,
      io_uring_enter: 426,
      io_uring_register: 427,
    },
    sockets: { socket: 41, socketpair: 53 },
  },
  arm64: {
    audit: 0xc00000b7,
    x32Bit: undefined,
    denied: {
      kexec_load: 104,
      add_key: 217,
      request_key: 218,
      keyctl: 219,
      perf_event_open: 241,
      bpf: 280,
      userfaultfd: 282,
      kexec_file_load: 294,
      io_uring_setup: 425,
      io_uring_enter: 426,
      io_uring_register: 427,
    },
    sockets: { socket: 198, socketpair: 199 },
  },
};

interface Architecture {
  /** AUDIT_ARCH_* of the kernel: little-endian, 64 bits. */
  audit: number;
  x32Bit: number | undefined;
  denied: Readonly<Record<string, number>>;
  sockets: Readonly<Record<string, number>>;
}

/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: namespaces hold these; AF_VSOCK, for one, knows no namespace. */
const families = [1, 2, 10, 16];

const EPERM = 1;
const EAFNOSUPPORT = 97;
const allow = 0x7fff0000;
const refuse = (errno: number): number => 0x00050000 | errno;

/** Opcodes of classic BPF, and the offsets of struct seccomp_data. */
const code = { load: 0x20, ifEqual: 0x15, ifAtLeast: 0x35, answer: 0x06 } as const;
const at = { call: 0, architecture: 4, firstArgument: 16 } as const;

type Label = 'next' | 'allow' | 'refuse' | 'family';
interface Instruction {
  code: number;
  value: number;
  yes?: Label;
  no?: Label;
}

const bytesEach = 8;

/** Resolves labels to forward distances: `Label`s are the instructions that `places` names. */
function assemble(program: readonly Instruction[], places: Readonly<Record<Exclude<Label, 'next'>, number>>): Buffer {
  const bytes = Buffer.alloc(program.length * bytesEach);
  program.forEach(({ code: opcode, value, yes = 'next', no = 'next' }, index) => {
    const distance = (label: Label): number => (label === 'next' ? 0 : places[label] - index - 1);
    const offset = index * bytesEach;
    bytes.writeUInt16LE(opcode, offset);
    bytes.writeUInt8(distance(yes), offset + 2);
    bytes.writeUInt8(distance(no), offset + 3);
    bytes.writeUInt32LE(value, offset + 4);
  });
  return bytes;
}

/**
 * The seccomp filter of a sandbox, as `bwrap --seccomp` reads it (an array of struct sock_filter). What no namespace
 * holds is refused with EPERM: the kernel's keyrings, bpf, perf, userfaultfd, io_uring, kexec, and the system calls of any
 * other ABI (i386, x32), whose numbers would pass by this list. Sockets but unix, IPv4, IPv6 and netlink are refused
 * with EAFNOSUPPORT. Everything else is allowed. Undefined for an architecture (a `process.arch`) that it does not know.
 */
export function seccompFilter(architecture: string): Buffer | undefined {
  const known = Object.hasOwn(architectures, architecture) ? architectures[architecture] : undefined;
  if (known === undefined) return undefined;
  const calls: Instruction[] = [
    { code: code.load, value: at.architecture },
    { code: code.ifEqual, value: known.audit, no: 'refuse' },
    { code: code.load, value: at.call },
    ...(known.x32Bit === undefined ? [] : [{ code: code.ifAtLeast, value: known.x32Bit, yes: 'refuse' as const }]),
    ...Object.values(known.denied).map((value) => ({ code: code.ifEqual, value, yes: 'refuse' as const })),
    ...Object.values(known.sockets).map((value) => ({ code: code.ifEqual, value, yes: 'family' as const })),
  ];
  // The kernel reads the family as an int: the low half of the argument is all of it.
  const family: Instruction[] = [
    { code: code.load, value: at.firstArgument },
    ...families.map((value) => ({ code: code.ifEqual, value, yes: 'allow' as const })),
    { code: code.answer, value: refuse(EAFNOSUPPORT) },
  ];
  const toAllow: Instruction[] = [{ code: code.answer, value: allow }];
  const familyAt = calls.length + toAllow.length;
  const allowAt = familyAt + family.length;
  return assemble([...calls, ...toAllow, ...family, ...toAllow, { code: code.answer, value: refuse(EPERM) }], {
    family: familyAt,
    allow: allowAt,
    refuse: allowAt + 1,
  });
}
