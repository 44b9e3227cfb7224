/* record: on an absolute grid of UTC, keeps what libvirt says of the domains and the counters of this host.
   desired: period_ms= (1000 up), deadline_ms=, own_processes=0|1, keep_s=, max_bytes=, segment_bytes= */
#include "record.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SHORTEST_PERIOD_MS 1000
#define DEFAULT_PERIOD_MS 20000
#define LONGEST_PERIOD_MS 86400000ll
#define LONGEST_DEADLINE_MS 10000
#define DEFAULT_KEEP_S 3600
#define DEFAULT_MAX_BYTES (256ll << 20)
#define DEFAULT_SEGMENT_BYTES (4ll << 20)
#define WAIT_MS 20

struct recorder {
  struct agent *agent;
  struct record_segments segments;
  struct virsh virsh;
  bool asking;
  bool own_processes;
  int64_t period_ns, deadline_ns, next_tick_ns, tick_ns;
  unsigned long long ticks, failures, unwritten_told;
  char problem[REASON_BYTES];
};

static int64_t tick_after(int64_t real, int64_t period) { return (real / period + 1) * period; }

static void fail(struct recorder *recorder, char *reason) {
  for (char *c = reason; *c != 0; c++)
    if (iscntrl((unsigned char)*c)) *c = ' ';
  snprintf(recorder->problem, sizeof recorder->problem, "%s", reason);
  recorder->failures++;
  record_frame(&recorder->segments, FRAME_FAILURE, recorder->tick_ns, reason, strlen(reason));
}

static void begin_series(struct recorder *recorder) {
  struct record_segments *segments = &recorder->segments;
  unsigned long long unwritten = segments->unwritten;
  snprintf(segments->series, sizeof segments->series, "period_ms=%lld\nown_processes=%d\n",
           (long long)(recorder->period_ns / 1000000), recorder->own_processes);
  if (record_series(segments, unwritten > recorder->unwritten_told)) recorder->unwritten_told = unwritten;
}

static void apply(struct recorder *recorder) {
  const char *desired = recorder->agent->desired;
  long long period_ms = text_number_within(desired, "period_ms", DEFAULT_PERIOD_MS, SHORTEST_PERIOD_MS, LONGEST_PERIOD_MS);
  long long deadline_ms = text_number_within(desired, "deadline_ms", period_ms * 4 / 5, 1, LONGEST_DEADLINE_MS);
  recorder->period_ns = period_ms * 1000000;
  recorder->deadline_ns = deadline_ms * 1000000;
  recorder->own_processes = text_number(desired, "own_processes", 0) == 1;
  recorder->segments.keep_ns = text_number_within(desired, "keep_s", DEFAULT_KEEP_S, 0, MOST_SECONDS) * SECOND_NS;
  recorder->segments.max_bytes = text_number_within(desired, "max_bytes", DEFAULT_MAX_BYTES, 0, MOST_FILE_BYTES);
  recorder->segments.segment_bytes = text_number_within(desired, "segment_bytes", DEFAULT_SEGMENT_BYTES, 1, MOST_FILE_BYTES);
  recorder->next_tick_ns = tick_after(real_ns(), recorder->period_ns);
  begin_series(recorder);
}

static void record_host(struct recorder *recorder) {
  struct text text = {0};
  if (recorder->own_processes) read_own_processes(&text);
  else read_machine(&text);
  if (!text.failed) record_frame(&recorder->segments, FRAME_HOST, recorder->tick_ns, text.bytes, text.length);
  text_free(&text);
}

static void begin_tick(struct recorder *recorder) {
  char reason[REASON_BYTES];
  if (recorder->segments.unwritten > recorder->unwritten_told) begin_series(recorder);
  recorder->tick_ns = recorder->next_tick_ns;
  recorder->next_tick_ns = tick_after(real_ns(), recorder->period_ns);
  recorder->ticks++;
  recorder->asking = virsh_start(&recorder->virsh, mono_ns() + recorder->deadline_ns, reason);
  record_host(recorder);
  if (!recorder->asking) fail(recorder, reason);
}

static void follow_virsh(struct recorder *recorder) {
  char reason[REASON_BYTES];
  enum virsh_state state = virsh_follow(&recorder->virsh, WAIT_MS, reason);
  if (state == VIRSH_RUNS) return;
  const struct text *said = &recorder->virsh.said;
  if (state == VIRSH_FAILED) fail(recorder, reason);
  else if (record_frame(&recorder->segments, FRAME_DOMSTATS, recorder->tick_ns, said->bytes, said->length)) *recorder->problem = 0;
  virsh_end(&recorder->virsh);
  recorder->asking = false;
}

static void describe(struct recorder *recorder, char *own, size_t size) {
  snprintf(own, size, "problem=%s\nperiod_ms=%lld\nown_processes=%d\nticks=%llu\nfailures=%llu\nunwritten=%llu\nlast_tick_ns=%lld\n",
           recorder->problem, (long long)(recorder->period_ns / 1000000), recorder->own_processes, recorder->ticks,
           recorder->failures, recorder->segments.unwritten, (long long)recorder->tick_ns);
}

int record_run(struct agent *agent) {
  struct recorder recorder = {.agent = agent, .virsh = {.out = -1, .error = -1}};
  char own[1024] = "";
  if (!record_segments_open(&recorder.segments, agent->dir)) return agent_fail(agent, "%s: %s", agent->dir, strerror(errno));
  for (int64_t poll_at = 0, status_at = 0;;) {
    int64_t now = mono_ns();
    if (now >= poll_at) {
      enum poll_result result = agent_poll(agent);
      if (result == POLL_END) break;
      if (result == POLL_CHANGED) {
        apply(&recorder);
        status_at = now;
      }
      poll_at = now + POLL_NS;
    }
    if (now >= status_at) {
      describe(&recorder, own, sizeof own);
      agent_status(agent, own);
      status_at = now + SECOND_NS;
    }
    if (recorder.asking) {
      follow_virsh(&recorder);
      continue;
    }
    int64_t left = recorder.next_tick_ns - real_ns();
    /* The clock was set back: wait for no tick further away than the next one. */
    if (left > recorder.period_ns) recorder.next_tick_ns = tick_after(real_ns(), recorder.period_ns);
    if (left <= 0) begin_tick(&recorder);
    else sleep_ns(left < POLL_NS ? left : POLL_NS);
  }
  if (recorder.asking) virsh_end(&recorder.virsh);
  record_segments_close(&recorder.segments);
  describe(&recorder, own, sizeof own);
  agent_close(agent, own);
  return 0;
}
