/* probe: sends to every target on an open-loop grid and keeps the resolved probes in segment files.
   desired: period_us=, max_bytes=, segment_bytes=, vantage=, seq_origin_ms=, and a line `target=ID ADDRESS PORT` for each target. */
#include "probe.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DRAIN_NS 50000000ll
#define DEFAULT_PERIOD_US 5000
#define SHORTEST_PERIOD_US 1000
#define LONGEST_PERIOD_US 1000000
/* Thread stack and the rings of some dozens of targets. */
#define LATER_BYTES (32u << 20)
#define DEFAULT_SEGMENT_BYTES (1ll << 20)
#define DEFAULT_MAX_BYTES (256ll << 20)

static bool parse_target(const char *line, struct probe_target *target) {
  char address[64];
  unsigned id, port;
  if (sscanf(line, "target=%u %63s %u", &id, address, &port) != 3 || id > UINT16_MAX || port == 0 || port > UINT16_MAX)
    return false;
  *target = (struct probe_target){.id = (uint16_t)id};
  struct sockaddr_in *four = (struct sockaddr_in *)&target->address;
  struct sockaddr_in6 *six = (struct sockaddr_in6 *)&target->address;
  if (inet_pton(AF_INET, address, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons((uint16_t)port);
    target->address_length = sizeof *four;
    return true;
  }
  if (inet_pton(AF_INET6, address, &six->sin6_addr) != 1) return false;
  six->sin6_family = AF_INET6;
  six->sin6_port = htons((uint16_t)port);
  target->address_length = sizeof *six;
  return true;
}

/* An answer could not be told from another's. */
static bool is_known(const struct probe_plan *plan, const struct probe_target *target) {
  for (size_t i = 0; i < plan->count; i++)
    if (plan->targets[i].id == target->id) return true;
  return false;
}

static struct probe_plan *parse_plan(const char *desired, char *problem, size_t size) {
  struct probe_plan *plan = calloc(1, sizeof *plan);
  if (plan == NULL) return NULL;
  long long period_us = text_number(desired, "period_us", DEFAULT_PERIOD_US);
  if (period_us < SHORTEST_PERIOD_US) period_us = SHORTEST_PERIOD_US;
  if (period_us > LONGEST_PERIOD_US) period_us = LONGEST_PERIOD_US;
  plan->period_ns = period_us * 1000;
  plan->seq_origin_ms = text_number(desired, "seq_origin_ms", 0);
  for (const char *line = desired; line != NULL && *line != 0;) {
    if (strncmp(line, "target=", 7) == 0) {
      if (plan->count == MOST_TARGETS) snprintf(problem, size, "more than %d targets", MOST_TARGETS);
      else if (parse_target(line, &plan->targets[plan->count]) && !is_known(plan, &plan->targets[plan->count])) plan->count++;
      else snprintf(problem, size, "not a target, or one with the number of another: %.60s", line);
    }
    const char *end = strchr(line, '\n');
    line = end == NULL ? NULL : end + 1;
  }
  for (char *c = problem; *c != 0; c++)
    if (iscntrl((unsigned char)*c)) *c = ' ';
  return plan;
}

/* The sender takes a plan over within its next turn; one that it did not take yet is replaced. */
static void hand_over(struct sender *sender, struct probe_plan *plan) { free(atomic_exchange(&sender->next_plan, plan)); }

static void drain(struct sender *sender, struct segments *segments) {
  struct record_queue *queue = &sender->queue;
  unsigned tail = atomic_load_explicit(&queue->tail, memory_order_relaxed);
  unsigned head = atomic_load_explicit(&queue->head, memory_order_acquire);
  for (; tail != head; tail++) segments_add(segments, &queue->records[tail % QUEUE_RECORDS]);
  atomic_store_explicit(&queue->tail, tail, memory_order_release);
  segments_flush(segments);
}

static void describe(char *text, size_t size, struct sender *sender, const struct segments *segments, const char *problem) {
  snprintf(text, size,
           "problem=%s\nlocked=%d\nrealtime=%d\nperiod_us=%u\nsent=%llu\nanswered=%llu\nlate=%llu\nlost=%llu\nskipped=%llu\n"
           "send_errors=%llu\noverflowed=%llu\nworst_lateness_us=%lld\nsegment=%016llu-%08llu\ndropped_segments=%llu\n"
           "series_mono_ns=%lld\nseries_real_ns=%lld\n",
           problem, atomic_load(&sender->locked), atomic_load(&sender->realtime), segments->period_us,
           (unsigned long long)atomic_load(&sender->sent), (unsigned long long)atomic_load(&sender->answered),
           (unsigned long long)atomic_load(&sender->late), (unsigned long long)atomic_load(&sender->lost),
           (unsigned long long)atomic_load(&sender->skipped), (unsigned long long)atomic_load(&sender->send_errors),
           (unsigned long long)atomic_load(&sender->queue.overflowed),
           (long long)(atomic_exchange(&sender->worst_lateness_ns, 0) / 1000), segments->epoch, segments->number,
           segments->dropped_segments, (long long)segments->series_mono_ns, (long long)segments->series_real_ns);
}

static void apply(struct agent *agent, struct sender *sender, struct segments *segments, char *problem, size_t size) {
  *problem = 0;
  struct probe_plan *plan = parse_plan(agent->desired, problem, size);
  if (plan == NULL) {
    snprintf(problem, size, "out of memory");
    return;
  }
  uint32_t period_us = (uint32_t)(plan->period_ns / 1000);
  bool rotate = segments->fd < 0 || segments->period_us != period_us;
  segments->period_us = period_us;
  segments->segment_bytes = text_number_within(agent->desired, "segment_bytes", DEFAULT_SEGMENT_BYTES, HEADER_BYTES + RECORD_BYTES, MOST_FILE_BYTES);
  segments->max_bytes = text_number_within(agent->desired, "max_bytes", DEFAULT_MAX_BYTES, 0, MOST_FILE_BYTES);
  text_value(agent->desired, "vantage", segments->vantage, sizeof segments->vantage);
  if (rotate) segments_rotate(segments);
  hand_over(sender, plan);
}

int probe_run(struct agent *agent) {
  static struct sender sender;
  struct segments segments = {.fd = -1};
  char own[1024] = "", problem[128] = "";
  if (!segments_open(&segments, agent->dir)) return agent_fail(agent, "%s: %s", agent->dir, strerror(errno));
  atomic_store(&sender.locked, lock_memory(LATER_BYTES));
  pthread_t thread;
  if (pthread_create(&thread, NULL, send_probes, &sender) != 0) return agent_fail(agent, "no thread: %s", strerror(errno));
  unsigned long long overflowed = 0;
  for (int64_t poll_at = 0, status_at = 0; !atomic_load(&sender.stopped);) {
    int64_t now = mono_ns();
    if (now >= poll_at && !atomic_load(&sender.stop)) {
      enum poll_result result = agent_poll(agent);
      if (result == POLL_END) atomic_store(&sender.stop, true);
      if (result == POLL_CHANGED) {
        drain(&sender, &segments);
        apply(agent, &sender, &segments, problem, sizeof problem);
        status_at = now + DRAIN_NS;
      }
      poll_at = now + POLL_NS;
    }
    drain(&sender, &segments);
    if (atomic_load(&sender.queue.overflowed) != overflowed) {
      overflowed = atomic_load(&sender.queue.overflowed);
      segments_gap(&segments, real_ns() - RESOLVE_NS - SECOND_NS, real_ns(), "records came faster than they could be written");
    }
    /* What was permitted is known once the sender has started. */
    if (now >= status_at && atomic_load(&sender.started)) {
      describe(own, sizeof own, &sender, &segments, problem);
      agent_status(agent, own);
      status_at = now + SECOND_NS;
    }
    sleep_ns(DRAIN_NS);
  }
  pthread_join(thread, NULL);
  drain(&sender, &segments);
  segments_close(&segments);
  describe(own, sizeof own, &sender, &segments, problem);
  agent_close(agent, own);
  return 0;
}
