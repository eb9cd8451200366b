import { isRecord, list, text } from '../manifests/values';

/** A port that a Compose service publishes. */
interface PublishedPort {
  /** As it is written, for people. */
  written: string;
  /** Address of the host it listens on; undefined when a variable decides. */
  host: string | undefined;
  /** Port of the container, the first of a range; undefined when a variable decides. */
  container: number | undefined;
}

/** What a variable stands for while the text is split: `:` is a part of its default. */
const variable = '\u0000';

/** The published ports of a service, in both syntaxes. What is no port is left out. */
export function publishedPorts(ports: unknown): PublishedPort[] {
  return list(ports).flatMap((port) => (isRecord(port) ? longPort(port) : shortPort(port)) ?? []);
}

/** `[[IP:]HOST:]CONTAINER[/protocol]`. Without an address it is every interface, also where the host's port is left to chance. */
function shortPort(value: unknown): PublishedPort | undefined {
  const written = typeof value === 'number' ? String(value) : text(value)?.trim();
  if (written === undefined || written === '') return undefined;
  const plain = written.replace(/\$\{[^{}]{0,200}\}|\$\w{1,100}/g, variable).replace(/\/(?:tcp|udp|sctp)$/i, '');
  const match = /^(?:(\[[^\]]{1,60}\]|[^:]{1,60}):)??(?:([^:]{0,30}):)?([^:]{1,30})$/.exec(plain);
  if (match === null || plain === variable) return undefined;
  const [, address, hostPort = '', container = ''] = match;
  const hidesAddress = hostPort.includes(variable) && hostPort !== variable; // `${BIND}8080:80`
  const host = hidesAddress ? undefined : addressOf(hostPort.includes('.') ? hostPort : address);
  return { written, host, container: portOf(container) };
}

function longPort(port: Record<string, unknown>): PublishedPort | undefined {
  const { target, published, host_ip: host } = port;
  const asText = (value: unknown): string => (typeof value === 'number' ? String(value) : (text(value) ?? ''));
  if (asText(target) === '') return undefined;
  const written = `${asText(published) === '' ? '' : `${asText(published)}:`}${asText(target)}`;
  return {
    written,
    host: addressOf(text(host)?.includes('$') === true ? variable : text(host)),
    container: portOf(asText(target)),
  };
}

function addressOf(written: string | undefined): string | undefined {
  if (written === undefined || written === '') return '0.0.0.0';
  return written.includes(variable) ? undefined : written.replace(/^\[|\]$/g, '');
}

function portOf(written: string): number | undefined {
  const [, first] = /^(\d{1,5})(?:-\d{1,5})?$/.exec(written) ?? [];
  return first === undefined ? undefined : Number(first);
}

/** Whether an address means every interface of the host. */
export function isEveryInterface(host: string | undefined): boolean {
  return host !== undefined && /^(?:0\.0\.0\.0|::|0:0:0:0:0:0:0:0|\*)$/.test(host);
}

/** Ports of stores and of control sockets: who reaches one often needs no password. */
const stores: Readonly<Record<number, string>> = {
  1433: 'SQL Server',
  1521: 'Oracle',
  2181: 'ZooKeeper',
  2375: 'the Docker API',
  2379: 'etcd',
  3306: 'MySQL',
  5432: 'PostgreSQL',
  5672: 'RabbitMQ',
  5984: 'CouchDB',
  6379: 'Redis',
  7687: 'Neo4j',
  9042: 'Cassandra',
  9092: 'Kafka',
  9200: 'Elasticsearch',
  11211: 'Memcached',
  15672: 'RabbitMQ management',
  27017: 'MongoDB',
};

/** What is probably behind a port of a container, where it is a store. */
export function storeAt(container: number | undefined): string | undefined {
  return container === undefined ? undefined : stores[container];
}
