import { neutralHistory, readPayloads } from './neutral-history';

const payload = (text: string): object => ({
  metadata: { encoding: 'anNvbi9wbGFpbg==' },
  data: Buffer.from(text).toString('base64'),
});

describe('neutralHistory', () => {
  const event = {
    eventId: '1',
    eventType: 'EVENT_TYPE_ACTIVITY_TASK_FAILED',
    attributes: { identity: '4711@here', failure: { stackTrace: 'at /home/me/drover/dist/x.js' } },
    result: { payloads: [payload('{"directory":"/home/me/results/évening","host":"here"}')] },
  };
  const words = new Map([
    ['/home/me', '/srv'],
    ['here', 'there'],
  ]);

  it('replaces words in attributes and payloads, and every identity', () => {
    const [neutral] = neutralHistory([event], words);
    expect(neutral).toMatchObject({
      attributes: { identity: 'drover', failure: { stackTrace: 'at /srv/drover/dist/x.js' } },
      result: { payloads: [{ metadata: { encoding: 'anNvbi9wbGFpbg==' } }] },
    });
    expect(readPayloads(neutral)).toContain('{"directory":"/srv/results/évening","host":"there"}');
  });

  it('changes nothing else', () => {
    expect(neutralHistory([{ ...event, attributes: {} }], new Map())).toEqual([{ ...event, attributes: {} }]);
  });
});
