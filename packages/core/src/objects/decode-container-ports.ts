import type { Issue, Path } from '../issue.ts';
import type { Wire } from '../schema/definitions.ts';
import { invalidValue, requiredValue } from '../schema/field-error.ts';
import { portNameProblems } from '../schema/names.ts';
import type { ContainerPort } from './object.ts';

const NO_PORTS: readonly ContainerPort[] = [];

/**
 * The ports of a pod's containers and of its sidecars: init containers that always restart. Other
 * init containers are gone before the pod is reached.
 *
 * @param path leads to the pod spec.
 */
export function decodeContainerPorts(
  spec: Wire<'PodSpec'> | undefined,
  path: Path,
  issues: Issue[],
): readonly ContainerPort[] {
  let ports: ContainerPort[] | undefined;
  for (const list of ['containers', 'initContainers'] as const) {
    const containers = spec?.[list] ?? [];
    for (const [index, container] of containers.entries()) {
      if (container.ports === undefined) continue;
      if (list === 'initContainers' && container.restartPolicy !== 'Always') continue;
      ports ??= [];
      for (const [position, port] of container.ports.entries()) {
        const at = [...path, list, index, 'ports', position];
        const decoded = decodeContainerPort(port, at, issues);
        if (decoded !== undefined) ports.push(decoded);
      }
    }
  }
  return ports ?? NO_PORTS;
}

function decodeContainerPort(
  wire: Wire<'ContainerPort'>,
  path: Path,
  issues: Issue[],
): ContainerPort | undefined {
  const name = wire.name ?? '';
  const port = wire.containerPort;
  if (name !== '') {
    for (const problem of portNameProblems(name)) {
      issues.push(invalidValue({ path: [...path, 'name'] }, name, problem));
    }
  }
  if (port === undefined || port === 0) {
    issues.push(requiredValue({ path: [...path, 'containerPort'] }));
    return undefined;
  }
  if (port < 1 || port > 65_535) {
    issues.push(invalidValue({ path: [...path, 'containerPort'] }, port, PORT_RANGE));
    return undefined;
  }
  return { name, protocol: wire.protocol, port };
}

/** Kubernetes' words for a number that is no port. */
export const PORT_RANGE = 'must be between 1 and 65535, inclusive';
