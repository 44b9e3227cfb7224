import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCampaign, updateCampaign, writeCampaign } from '../../store/campaign-document';
import { readPlan, writePlan } from '../../store/plan-document';
import { writeReport } from '../../store/report-file';
import { createResultStore } from '../../store/result-store';
import { asStoreError } from '../../store/store-error';
import { fixture } from '../report/fixture';
import { actionRow } from './rows';
import { useTemporaryDirectory } from './temporary-directory';

const directory = useTemporaryDirectory();
const { campaign, plan } = fixture();

describe('campaign.json', () => {
  it('loses no update of one process', async () => {
    await writeCampaign(directory(), campaign);
    await Promise.all([
      updateCampaign(directory(), { finishedAt: 5 }),
      updateCampaign(directory(), { outcome: 'aborted' }),
      updateCampaign(directory(), { failure: 'because' }),
    ]);
    const expected = { ...campaign, finishedAt: 5, outcome: 'aborted', failure: 'because' };
    expect(await readCampaign(directory())).toEqual(expected);
    expect(await readdir(directory())).toEqual(['campaign.json']);
  });

  it('names file and field when it is damaged', async () => {
    await expect(readCampaign(directory())).rejects.toMatchObject({ code: 'missing' });
    await writeFile(join(directory(), 'campaign.json'), '{"format": 1');
    await expect(readCampaign(directory())).rejects.toThrow(/campaign\.json: it is not valid JSON\. Restore/);
    await writeFile(join(directory(), 'campaign.json'), JSON.stringify({ ...campaign, format: 2, site: 7 }));
    await expect(readCampaign(directory())).rejects.toThrow(/format: .*site: .*version of drover/);
  });
});

describe('plan.json', () => {
  it('is written once', async () => {
    await writePlan(directory(), plan);
    await writePlan(directory(), plan);
    await expect(writePlan(directory(), { ...plan, placement: {} })).rejects.toMatchObject({ code: 'exists' });
    expect(await readPlan(directory())).toEqual(plan);
  });
});

describe('createResultStore', () => {
  it('keeps rows, states and the report, and tells each problem once', async () => {
    const problems: string[] = [];
    const store = createResultStore({ root: directory(), onProblem: (problem) => problems.push(problem) });
    const results = await store.createDirectory('c', 'run-1');
    await Promise.all(['a', 'b'].map((id) => store.append(results, 'actions', [actionRow(id)])));
    await writeFile(join(results, 'chunks', 'actions-000009-000001.ndjson'), '{"rows":1}\n');
    expect(await store.rows(results, 'actions')).toHaveLength(2);
    expect(await store.rows(results, 'actions')).toHaveLength(2);
    expect(problems).toEqual([expect.stringContaining('it has 0 whole rows of the 1 written')]);
    expect(await store.readState(results, 'prober')).toBeNull();
    await store.writeState(results, 'prober', { cursor: '7' });
    await store.writeState(results, 'prober', { cursor: '8' });
    expect(await store.readState(results, 'prober')).toEqual({ cursor: '8' });
    expect(await writeReport(results, '<p>')).toBe(join(results, 'report.html'));
  });
});

describe('asStoreError', () => {
  it.each([
    ['ENOSPC', 'disk-full', /the disk is full\. Free some space/],
    ['EACCES', 'not-writable', /permission denied\. Give this user access/],
    ['EROFS', 'not-writable', /read-only/],
  ])('says what %s means for the file', (code, expected, text) => {
    const error = asStoreError(Object.assign(new Error('x'), { code }), '/results/c/plan.json');
    expect(error.code).toBe(expected);
    expect(error.message).toMatch(text);
    expect(error.message).toMatch(/^\/results\/c\/plan\.json: /);
  });
});
