import type { FileEntry } from '../core/fileIndex';
import { count, listed } from '../core/text';
import type { YamlDocument } from '../core/yaml';
import { isRecord, list, record, text } from '../manifests/values';
import { isEveryInterface, publishedPorts, storeAt } from './composePorts';
import { imageMoves, literalSecret, report, type Report } from './report';

/** Examines one Compose file. */
export function checkCompose(to: Report, file: FileEntry, { value, line }: YamlDocument): void {
  if (!isRecord(value)) return;
  const services = Object.entries(record(value['services']));
  to.files.push({
    kind: 'Compose',
    file,
    what: `${count(services.length, 'service')}: ${listed(
      services.map(([name]) => name),
      6,
    )}`,
  });
  for (const [name, item] of services) {
    const service = record(item);
    const path = ['services', name];
    const image = text(service['image']);
    if (image !== undefined && service['build'] === undefined && imageMoves(image))
      report(
        to,
        file,
        line([...path, 'image']),
        'compose-image-moves',
        'low',
        `${name}: the image ${image} is not fixed`,
        'Without a tag, or with latest, two machines can run different versions.',
        'Name a version.',
      );
    if (service['privileged'] === true)
      report(
        to,
        file,
        line([...path, 'privileged']),
        'compose-privileged',
        'medium',
        `${name} is privileged`,
        'It has all rights of the host.',
        'Give only the capabilities that it needs (cap_add).',
      );
    const socket = list(service['volumes']).some((volume) =>
      /docker\.sock/.test(text(volume) ?? text(record(volume)['source']) ?? ''),
    );
    if (socket)
      report(
        to,
        file,
        line([...path, 'volumes']),
        'compose-docker-socket',
        'medium',
        `${name} gets the socket of Docker`,
        'Who has it is root on the host.',
        'Do without, or put a filtering proxy before it.',
      );
    checkPorts(to, file, name, service['ports'], line([...path, 'ports']));
    const environment = Array.isArray(service['environment'])
      ? list(service['environment']).map((pair): [string, unknown] => {
          const [key = '', ...rest] = (text(pair) ?? '').split('=');
          return [key, rest.join('=')];
        })
      : Object.entries(record(service['environment']));
    const literal = environment
      .filter(([key, held]) => typeof held === 'string' && literalSecret(key, held))
      .map(([key]) => key);
    if (literal.length > 0)
      report(
        to,
        file,
        line([...path, 'environment']),
        'compose-literal-secret',
        'low',
        `${name} has literal values for ${listed(literal, 4)}`,
        'The values are not shown here. Fine for a throw-away service on a desk, not for one that others reach.',
        'Take them from the environment or from secrets.',
      );
  }
}

/** Ports that every machine reaches that reaches this one. A store is worth more than a web server, which is there to be reached. */
function checkPorts(to: Report, file: FileEntry, name: string, ports: unknown, line: number | undefined): void {
  const open = publishedPorts(ports).filter(({ host }) => isEveryInterface(host));
  if (open.length === 0) return;
  const held = [...new Set(open.map(({ container }) => storeAt(container)).filter((store) => store !== undefined))];
  report(
    to,
    file,
    line,
    held.length > 0 ? 'compose-store-port-open' : 'compose-port-open',
    held.length > 0 ? 'medium' : 'low',
    `${name} publishes ${listed(
      open.map(({ written }) => written),
      6,
    )} on every interface of the host`,
    `${held.length > 0 ? `By the number that is ${listed(held)}. ` : ''}Without an address a port listens on 0.0.0.0, and Docker's own rules let it through where a host firewall such as ufw would not.`,
    'Write 127.0.0.1: before it when only this machine needs it; leave it out when only other services do: they reach each other without.',
  );
}
