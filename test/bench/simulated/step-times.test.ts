import { stepTimes } from '../../../bench/simulated/step-times';

describe('stepTimes', () => {
  it('takes the time between each two moments', () => {
    expect(stepTimes(['asked', 'granted'], [100, 130, 190])).toEqual({ asked: 30, granted: 60 });
  });

  it('says nothing where a moment is not known', () => {
    expect(stepTimes(['asked', 'granted'], [100, null, 190])).toBeNull();
    expect(stepTimes(['asked', 'granted'], [100, 130])).toBeNull();
  });
});
