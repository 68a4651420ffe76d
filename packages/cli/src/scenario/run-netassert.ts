import { parseAddress } from '@ringfence/core';
import { applied } from './changes.ts';
import { change, checkExpectation, openStage, type Stage } from './check-expectation.ts';
import type { NetAssertResource, NetAssertTarget, NetAssertTest } from './netassert-format.ts';
import type { NetAssertFile } from './read-file.ts';
import type { CheckResult, FileResult, Outcome } from './result.ts';
import type { RunOptions } from './run-scenario.ts';
import type { Expectation } from './scenario.ts';

/** Makes every test of a NetAssert file, on the objects that were given beside it. */
export async function runNetAssert(
  { file, document, tests }: NetAssertFile,
  { engine, base }: RunOptions,
): Promise<FileResult> {
  const stage = openStage(engine, 'default', { ownNodeEgress: 'enforce' });
  const checks: CheckResult[] = [];
  try {
    await change(stage, base.objects.map(applied));
    for (const [index, test] of tests.entries()) {
      const place = document.placeOf([index]);
      const outcome = await run(stage, test, base.locate);
      checks.push({ name: test.name, step: '', place, because: '', outcome });
    }
  } finally {
    await stage.session.close();
  }
  return { file, title: file, issues: [], checks };
}

async function run(
  stage: Stage,
  test: NetAssertTest,
  locate: RunOptions['base']['locate'],
): Promise<Outcome> {
  const to = targetOf(test.dst);
  if (to === undefined) {
    const reason = `\`${test.dst.host?.name ?? ''}\` is a name, and policy sees addresses only`;
    return { kind: 'skipped', reason };
  }
  const expectation: Expectation = {
    from: [endOf(test.src.k8sResource)],
    to: [to],
    protocol: [test.protocol === 'udp' ? 'UDP' : 'TCP'],
    port: [test.targetPort],
    family: undefined,
    want: test.exitCode === 0 ? 'allow' : 'deny',
    because: '',
  };
  return checkExpectation(stage, expectation, locate);
}

function targetOf({ k8sResource, host }: NetAssertTarget): string | undefined {
  if (k8sResource !== undefined) return endOf(k8sResource);
  if (host === undefined || parseAddress(host.name).kind === 'failed') return undefined;
  return host.name;
}

function endOf({ kind, name, namespace }: NetAssertResource): string {
  return `${namespace}/${kind}/${name}`;
}
