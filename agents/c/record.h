/* What the parts of the recorder share. */
#ifndef DROVER_RECORD_H
#define DROVER_RECORD_H

#include "agent.h"

#define FRAME_BYTES 40
#define FRAME_MAGIC 0x54525644u
#define REASON_BYTES 256
#define SERIES_BYTES 64
/* A frame and its name; a larger text is a failure with that reason. */
#define LARGEST_FRAME (8u << 20)

enum frame_kind { FRAME_SERIES = 1, FRAME_DOMSTATS = 2, FRAME_HOST = 3, FRAME_FAILURE = 4 };

/* Text that grows; `failed` once memory ran out, and then it holds less than was added. */
struct text {
  char *bytes;
  size_t length, room;
  bool failed;
};
void text_add(struct text *text, const char *bytes, size_t length);
void text_print(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_free(struct text *text);

/* record-segments.c: rotating files `<epoch>-<number>.rec` of frames, bounded by age and size. */
struct record_segments {
  const char *dir;
  int fd;
  unsigned long long epoch, number;
  int64_t size, segment_bytes, max_bytes, keep_ns, opened_mono_ns;
  unsigned long long unwritten;
  /* errno of the last frame that was not written. */
  int error;
  /* A file was given up for room, and nothing tells of it yet. */
  bool given_up;
  /* What describes the series, but for frames that are missing. */
  char series[SERIES_BYTES];
};
bool record_segments_open(struct record_segments *segments, const char *dir);
/* False if nothing of the frame is on disk. */
bool record_frame(struct record_segments *segments, enum frame_kind kind, int64_t tick_ns, const char *bytes, size_t length);
/* What the reader must know of the frames that follow; also why some are missing, if they were not written. */
bool record_series(struct record_segments *segments, bool unwritten);
void record_segments_close(struct record_segments *segments);

/* record-virsh.c: virsh as a child of its own, never waited for. */
struct virsh {
  pid_t pid;
  int out, error;
  int64_t deadline_ns;
  struct text said, complaint;
};
enum virsh_state { VIRSH_RUNS, VIRSH_DONE, VIRSH_FAILED };
/* False with the reason. */
bool virsh_start(struct virsh *virsh, int64_t deadline_ns, char *reason);
enum virsh_state virsh_follow(struct virsh *virsh, int wait_ms, char *reason);
void virsh_end(struct virsh *virsh);

/* record-host.c: the counters of this machine, or of the processes that this pid namespace shows. */
void read_machine(struct text *text);
void read_own_processes(struct text *text);

#endif
