import type { Value, ValueObject } from '../../shared/values';
import { child, numeral, objects, text } from '../object';
import type { Report } from './finding';
import { checkPort } from './port';

const handlers = ['exec', 'grpc', 'httpGet', 'tcpSocket'];

/** A port that a handler names must be one of the container's: the kubelet asks for it, the API server does not. */
function checkHandlerPort(container: ValueObject, value: Value | undefined, path: string, report: Report): void {
  if (typeof value !== 'string') {
    checkPort(value, path, report);
    return;
  }
  const name = value;
  const known = objects(container['ports']).map((port) => text(port['name']));
  if (!known.includes(name)) report(path, `no port of the container is called ${JSON.stringify(name)}`);
}

function checkHandler(container: ValueObject, handler: ValueObject, path: string, report: Report): void {
  const given = handlers.filter((kind) => handler[kind] !== undefined);
  if (given.length !== 1)
    report(path, `must have exactly one of ${handlers.join(', ')}; it has ${given.join(', ') || 'none'}`);
  for (const kind of ['httpGet', 'tcpSocket'] as const) {
    if (handler[kind] !== undefined)
      checkHandlerPort(container, child(handler, kind)['port'], `${path}.${kind}.port`, report);
  }
  checkPort(child(handler, 'grpc')['port'], `${path}.grpc.port`, report);
}

/** A probe of a container: one handler, sensible counts. */
export function checkProbe(
  container: ValueObject,
  which: 'livenessProbe' | 'readinessProbe' | 'startupProbe',
  path: string,
  report: Report,
): void {
  const probe = child(container, which);
  const at = `${path}.${which}`;
  checkHandler(container, probe, at, report);
  for (const count of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ]) {
    if ((numeral(probe[count]) ?? 0) < 0) report(`${at}.${count}`, 'must not be negative');
  }
  if (which !== 'readinessProbe' && (numeral(probe['successThreshold']) ?? 1) > 1) {
    report(`${at}.successThreshold`, 'must be 1 for liveness and startup probes');
  }
  if (which === 'readinessProbe' && probe['terminationGracePeriodSeconds'] !== undefined) {
    report(`${at}.terminationGracePeriodSeconds`, 'is not for readiness probes');
  }
}

/** What a container runs when it starts and before it stops. */
export function checkLifecycle(container: ValueObject, path: string, report: Report): void {
  for (const hook of ['postStart', 'preStop'] as const) {
    const handler = child(container, 'lifecycle', hook);
    if (child(container, 'lifecycle')[hook] === undefined) continue;
    const given = ['exec', 'httpGet', 'sleep', 'tcpSocket'].filter((kind) => handler[kind] !== undefined);
    if (given.length !== 1) report(`${path}.lifecycle.${hook}`, 'must have exactly one of exec, httpGet, sleep');
    if (handler['httpGet'] !== undefined) {
      checkHandlerPort(container, child(handler, 'httpGet')['port'], `${path}.lifecycle.${hook}.httpGet.port`, report);
    }
  }
}
