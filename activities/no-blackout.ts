import type { BlackoutFigures } from '../store/types';

/** Of a migration that was not judged from a vantage (yet). */
export const NO_BLACKOUT: BlackoutFigures = {
  blackout_ms: null,
  blackout_low_ms: null,
  blackout_high_ms: null,
  blackout_located_by: null,
  blackout_below_noise: null,
  blackout_gap: null,
  noise_floor_ms: null,
  lost_ms: null,
  guest_stop_ms: null,
  host_silent_ms: null,
  brownout_ms: null,
};
