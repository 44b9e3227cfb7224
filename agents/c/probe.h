/* What the two threads of the prober share: one sends and receives and never touches a disk, the other writes. */
#ifndef DROVER_PROBE_H
#define DROVER_PROBE_H

#include "agent.h"

#include <stdatomic.h>
#include <sys/socket.h>

#define MOST_TARGETS 256
/* An answer that comes later than this after its probe was sent counts as lost. */
#define RESOLVE_NS (10 * SECOND_NS)
#define QUEUE_RECORDS (1u << 17)
#define RECORD_BYTES 32
#define HEADER_BYTES 128

/* One resolved probe; rtt_us NO_ANSWER: lost. */
struct record {
  uint16_t target;
  uint32_t seq;
  int64_t due_ns;
  uint32_t lateness_us;
  uint32_t rtt_us;
  int64_t guest_ns;
};
#define NO_ANSWER 0xffffffffu

struct probe_target {
  uint16_t id;
  struct sockaddr_storage address;
  socklen_t address_length;
};

/* What to probe; made by the writer, taken over by the sender. */
struct probe_plan {
  int64_t period_ns;
  int64_t seq_origin_ms; /* real time; a flow that begins takes the milliseconds since then as its first number */
  size_t count;
  struct probe_target targets[MOST_TARGETS];
};

/* Single producer (the sender), single consumer (the writer). */
struct record_queue {
  struct record records[QUEUE_RECORDS];
  atomic_uint head, tail;
  atomic_ullong overflowed;
};

struct sender {
  struct record_queue queue;
  _Atomic(struct probe_plan *) next_plan;
  atomic_bool stop, started, stopped, locked, realtime;
  atomic_ullong sent, answered, late, lost, skipped, send_errors;
  atomic_llong worst_lateness_ns; /* since the last status */
};

/* probe-sender.c: a thread's body; runs until stop is set and everything outstanding is resolved. */
void *send_probes(void *sender);

/* segments.c: bounded rotating files of records. */
struct segments {
  const char *dir;
  int fd;
  unsigned long long epoch, number;
  int64_t series_mono_ns, series_real_ns;
  int64_t size, segment_bytes, max_bytes;
  char vantage[33];
  uint32_t period_us;
  uint8_t *buffer;
  size_t buffered;
  int64_t unwritten_from_ns; /* real time; 0: everything was written */
  unsigned long long dropped_segments;
};
bool segments_open(struct segments *segments, const char *dir);
bool segments_add(struct segments *segments, const struct record *record);
void segments_flush(struct segments *segments);
void segments_rotate(struct segments *segments);
void segments_gap(struct segments *segments, int64_t from_real_ns, int64_t until_real_ns, const char *reason);
void segments_close(struct segments *segments);

#endif
