import { addSight, sightsWindowMs } from './clock-sights';
import { judgeSilence, narrower, sightAtEnd, sightOf, wasHeardInTime, type ProbedTarget } from './judge-silence';
import type { CurrentSilence, SilenceState } from './silence-state';
import type { ProbeRecord, Silence } from './types';

/** A time in which one target was not measured, because of the prober. UTC ms. */
export interface UnmeasuredTime {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly reason: string;
}

/** What a piece of records says. */
export interface FollowedSilences {
  readonly state: SilenceState;
  /** Silences that ended and are settled, in order of their start. */
  readonly silences: readonly Silence[];
  readonly unmeasured: readonly UnmeasuredTime[];
}

/** A longer time without records is a gap of the measurement; a shorter one widens bounds. */
const LONGEST_HOLE_MS = 1_000;
const ROUND_TRIPS_IN_BLOCK = 256;
const FEWEST_ROUND_TRIPS = 16;

/**
 * Goes on from `state` through the next records of one target, in order of seq, in one pass. Cutting the records
 * anywhere changes nothing. The given state is left as it was.
 */
export function followSilences(
  probed: ProbedTarget,
  state: SilenceState,
  records: readonly ProbeRecord[],
): FollowedSilences {
  const follower = new Follower(probed, structuredClone(state));
  for (const record of records) follower.take(record);
  return follower.followed();
}

/** Settles what is left when no record will follow; a silence that was still going on is open. */
export function endSilences(probed: ProbedTarget, state: SilenceState): FollowedSilences {
  const follower = new Follower(probed, structuredClone(state));
  follower.end();
  return follower.followed();
}

class Follower {
  private readonly silences: Silence[] = [];
  private readonly unmeasured: UnmeasuredTime[] = [];

  constructor(
    private readonly probed: ProbedTarget,
    private readonly state: SilenceState,
  ) {}

  followed(): FollowedSilences {
    const { state, silences, unmeasured } = this;
    return { state, silences, unmeasured };
  }

  take(record: ProbeRecord): void {
    const { state } = this;
    const { sentAtMs } = record;
    this.noticeInterruption(record);
    const heardMs = state.current?.heardMs ?? null;
    if (heardMs !== null && sentAtMs >= heardMs) this.close(false);
    if (state.current !== null) this.addTo(state.current, record);
    else if (this.isPrompt(record)) this.noteAlive(record, record.answeredAtMs, record.guestClockMs);
    else this.open(record);
    state.lastSeq = record.seq;
    state.lastSentMs = sentAtMs;
  }

  end(): void {
    const { current } = this.state;
    if (current !== null) this.close(current.heardMs === null);
    this.settle();
  }

  private isPrompt(
    record: ProbeRecord,
  ): record is ProbeRecord & { readonly answeredAtMs: number; readonly guestClockMs: number } {
    const { answeredAtMs, sentAtMs, guestClockMs } = record;
    return answeredAtMs !== null && guestClockMs !== null && answeredAtMs - sentAtMs <= this.probed.promptMs;
  }

  /** After a break of the measurement nothing may be concluded from what came before it. */
  private noticeInterruption({ seq, sentAtMs }: ProbeRecord): void {
    const { state } = this;
    const { lastSeq, lastSentMs, current } = state;
    if (lastSeq === null || lastSentMs === null) return;
    const anew = seq <= lastSeq;
    const longestMs = Math.max(LONGEST_HOLE_MS, 4 * this.probed.periodMs);
    if (!anew && sentAtMs - lastSentMs <= longestMs) return;
    const heardMs = current?.heardMs ?? null;
    // A probe that waited for its answer all the while is proof for the time that was not probed.
    if (!anew && heardMs !== null && sentAtMs < heardMs) return;
    if (current !== null) this.close(heardMs === null);
    this.settle();
    const missing = anew || seq !== lastSeq + 1;
    const reason = missing ? 'records of the prober are missing' : 'the prober sent nothing';
    this.unmeasured.push({ fromMs: lastSentMs, untilMs: Math.max(lastSentMs, sentAtMs), reason });
    state.lastSentMs = null;
    state.aliveAtMs = null;
    state.lastLatenessMs = 0;
    state.sights = [];
    state.lateArrivalsMs = [];
    state.roundTrips = { count: 0, largestMs: 0, previousLargestMs: null };
  }

  private noteAlive({ sentAtMs, dueAtMs }: ProbeRecord, answeredAtMs: number, guestClockMs: number): void {
    const { state } = this;
    const roundTripMs = answeredAtMs - sentAtMs;
    const sight = sightOf(guestClockMs, sentAtMs, answeredAtMs);
    state.aliveAtMs = sentAtMs;
    state.lastLatenessMs = sentAtMs - dueAtMs;
    state.sights = addSight(state.sights, { ...sight, atMs: sentAtMs }, sightsWindowMs(this.probed.periodMs));
    const { roundTrips, settling } = state;
    roundTrips.largestMs = Math.max(roundTrips.largestMs, roundTripMs);
    if (++roundTrips.count === ROUND_TRIPS_IN_BLOCK)
      state.roundTrips = { count: 0, largestMs: 0, previousLargestMs: roundTrips.largestMs };
    if (settling === null) return;
    settling.after = narrower(settling.after, sight);
    if (sentAtMs >= settling.untilMs) this.settle();
  }

  private open(record: ProbeRecord): void {
    const { state } = this;
    const { sentAtMs: startMs } = record;
    state.lateArrivalsMs = state.lateArrivalsMs.filter((arrivalMs) => arrivalMs > startMs);
    state.current = {
      startMs,
      aliveAtMs: state.aliveAtMs ?? startMs,
      usualMs: this.usualRoundTrip(),
      before: state.sights[0] ?? null,
      heardMs: state.lateArrivalsMs.length === 0 ? null : state.lateArrivalsMs.reduce((a, b) => Math.min(a, b)),
      heard: null,
      lastSentMs: startMs,
      sendLatenessMs: state.lastLatenessMs,
      unprobedMs: 0,
      lostProbes: 0,
      lateProbes: 0,
      lostMs: 0,
      lostRun: null,
    };
    this.addTo(state.current, record);
  }

  private addTo(silence: CurrentSilence, record: ProbeRecord): void {
    const { state, probed } = this;
    const { sentAtMs, answeredAtMs, guestClockMs } = record;
    const previousSentMs = silence.lastSentMs;
    const unprobedBeforeMs = silence.unprobedMs;
    const apartMs = sentAtMs - previousSentMs;
    if (apartMs > 2 * probed.periodMs) silence.unprobedMs += apartMs - probed.periodMs;
    silence.lastSentMs = sentAtMs;
    silence.sendLatenessMs = Math.max(silence.sendLatenessMs, sentAtMs - record.dueAtMs);
    this.countLost(silence, record, state.lastSeq !== null && record.seq === state.lastSeq + 1);
    if (answeredAtMs === null || guestClockMs === null) return;
    if (!this.isPrompt(record)) {
      silence.lateProbes += 1;
      state.lateArrivalsMs.push(answeredAtMs);
    }
    if (silence.heardMs !== null && silence.heardMs <= answeredAtMs) return;
    const { heard, heardMs, unprobedMs } = silence;
    // Answers may overtake each other: what came before a probe that was answered promptly is all that tells of silence.
    const prompt = heard !== null && heardMs !== null && heardMs - heard.sentMs <= probed.promptMs ? heard : null;
    silence.heardMs = answeredAtMs;
    silence.heard = {
      sentMs: sentAtMs,
      guestClockMs,
      previousSentMs,
      silentUntilMs: prompt?.silentUntilMs ?? previousSentMs,
      unprobedBeforeMs: prompt?.unprobedBeforeMs ?? unprobedBeforeMs,
      unprobedMs,
    };
  }

  private countLost(silence: CurrentSilence, { sentAtMs, answeredAtMs }: ProbeRecord, next: boolean): void {
    const { periodMs } = this.probed;
    const lost = answeredAtMs === null;
    if (lost) silence.lostProbes += 1;
    const run = silence.lostRun;
    if (run !== null && (!lost || !next)) {
      const untilMs = next ? Math.min(sentAtMs, run.lastMs + periodMs) : run.lastMs + periodMs;
      silence.lostMs += untilMs - run.fromMs;
      silence.lostRun = null;
    }
    if (lost) silence.lostRun = { fromMs: silence.lostRun?.fromMs ?? sentAtMs, lastMs: sentAtMs };
  }

  /** Ends the current silence; the next probe was sent after it. */
  private close(open: boolean): void {
    const { state, probed } = this;
    const silence = state.current;
    state.current = null;
    if (silence === null || wasHeardInTime(silence, probed.promptMs)) return;
    this.settle();
    const { heard, heardMs, usualMs } = silence;
    if (heard !== null && heardMs !== null) state.aliveAtMs = Math.max(heard.sentMs, heardMs - usualMs);
    const sight = sightAtEnd(silence);
    const endedMs = heardMs ?? silence.lastSentMs;
    state.sights = sight === null ? [] : [{ ...sight, atMs: endedMs }];
    const untilMs = endedMs + sightsWindowMs(probed.periodMs);
    state.settling = { silence, open, untilMs, after: null };
  }

  private settle(): void {
    const { settling } = this.state;
    if (settling !== null) this.silences.push(judgeSilence(settling, this.probed));
    this.state.settling = null;
  }

  /** The largest round trip of the last few hundred prompt answers; the prompt limit where too few are known. */
  private usualRoundTrip(): number {
    const { count, largestMs, previousLargestMs } = this.state.roundTrips;
    if (previousLargestMs !== null) return Math.max(previousLargestMs, largestMs);
    return count < FEWEST_ROUND_TRIPS ? this.probed.promptMs : largestMs;
  }
}
