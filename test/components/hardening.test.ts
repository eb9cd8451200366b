import { Recording } from '../support/pulumi/recorder';
import { buildCloud } from './cloud';
import { clusterRows } from './hardening/clusterRows';
import { nodeRows } from './hardening/nodeRows';
import { serviceRows } from './hardening/serviceRows';
import { recordCloud } from './recordCloud';

/** The rows that the cloud half answers for; 17 and 38 to 40 are those of what runs in the cluster. */
const rows = [...clusterRows, ...nodeRows, ...serviceRows].sort((a, b) => a.row - b.row);

describe('the hardening list holds in prod', () => {
  let recording: Recording;
  beforeAll(async () => {
    ({ recording } = await recordCloud(() => buildCloud('prod'), { stack: 'prod' }));
  });

  it.each(rows.map((row) => [row.row, row.control, row] as const))('row %d: %s', (_, __, row) => {
    expect(row.check(recording)).toEqual([]);
  });

  it.each(rows.map((row) => [row.row, row.control, row] as const))('row %d (%s) is seen to be broken', (_, __, row) => {
    const copy = new Recording(structuredClone(recording.all));
    // The last of a type, so that a check cannot be content with the first.
    row.plant((type, name) => (name === undefined ? copy.of(type).at(-1)?.inputs : copy.one(type, name).inputs) ?? {});
    expect(row.check(copy)).not.toEqual([]);
  });

  it('has all rows but those of what runs in the cluster', () => {
    const inCluster = [17, 38, 39, 40];
    const expected = Array.from({ length: 41 }, (_, index) => index + 1).filter(
      (number) => !inCluster.includes(number),
    );
    expect(rows.map(({ row }) => row)).toEqual(expected);
  });
});
