/* What the subcommands of drover-agent share: the state directory, its desired state, lease and status. */
#ifndef DROVER_AGENT_H
#define DROVER_AGENT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ECHO_MAGIC 0x52565244u
#define ECHO_VERSION 1u
#define ECHO_PORT 7707
#define PROBE_BYTES 24
#define ANSWER_BYTES 32
#define POLL_NS 250000000ll
#define SECOND_NS 1000000000ll
#define PATH_BYTES 1024
#define MOST_SECONDS (10ll * 365 * 86400)
#define MOST_FILE_BYTES (1ll << 50)

enum poll_result { POLL_SAME, POLL_CHANGED, POLL_END };

/* One running agent and what its controller wants of it. */
struct agent {
  const char *name;
  char dir[512];
  int lock_fd;
  int ready_fd;      /* tells `start` that the first status is there; -1: told, or in the foreground */
  char *desired;     /* text of the applied desired state */
  long long revision;
  long long renewal;
  long long lease_s;
  int64_t renewed_ns;
  bool clean;        /* remove the state directory and the program at the end */
  const char *ended; /* why it ends */
};

/* clock.c */
int64_t mono_ns(void);
int64_t real_ns(void);
void sleep_ns(int64_t ns);

/* bytes.c: little endian, whatever the machine is */
void put_u16(uint8_t *at, uint16_t value);
void put_u32(uint8_t *at, uint32_t value);
void put_u64(uint8_t *at, uint64_t value);
uint32_t get_u32(const uint8_t *at);
uint64_t get_u64(const uint8_t *at);
uint32_t crc32_of(const uint8_t *bytes, size_t length);

/* state-directory.c */
/* dir/name; false if that is too long. */
bool path_of(char *path, size_t size, const char *dir, const char *name);
char *read_text(const char *dir, const char *name);
bool write_text(const char *dir, const char *name, const char *text);
bool make_directory(const char *dir);
/* The pid that holds the directory's lock: 0 nobody, -1 unknown to us (another pid namespace). */
long lock_holder(const char *dir);
bool text_value(const char *text, const char *key, char *value, size_t size);
long long text_number(const char *text, const char *key, long long otherwise);
/* The nearest number from least to most: what is beyond has no meaning and would overflow. */
long long text_number_within(const char *text, const char *key, long long otherwise, long long least, long long most);
double text_decimal(const char *text, const char *key, double otherwise);

/* series.c: files `<16 digits epoch>-<8 digits number><kind>` of a directory */
#define SEGMENT_NAME_BYTES 40
struct segment_files {
  char oldest[SEGMENT_NAME_BYTES]; /* by name; empty: there is none */
  int64_t oldest_modified_s;       /* real time */
  int64_t bytes;                   /* of all */
};
/* False if there is none. */
bool oldest_segment(const char *dir, const char *kind, struct segment_files *files);
/* Names a new series, later than every one before it, also if the clock was set back; false if the directory cannot be read. */
bool next_epoch(const char *dir, const char *kind, unsigned long long *epoch);

/* agent-state.c */
extern volatile sig_atomic_t agent_signalled;
bool agent_open(struct agent *agent, const char *name, const char *dir);
enum poll_result agent_poll(struct agent *agent);
void agent_status(struct agent *agent, const char *own);
void agent_close(struct agent *agent, const char *own);
int agent_fail(struct agent *agent, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* realtime.c: whether it was permitted; `later`: bytes that will still be allocated */
bool lock_memory(size_t later);
bool run_in_real_time(void);

/* subcommands */
int echo_run(struct agent *agent);
int cpu_run(struct agent *agent);
int lock_run(struct agent *agent);
int dirty_run(struct agent *agent);
int probe_run(struct agent *agent);
int record_run(struct agent *agent);
typedef int (*agent_run)(struct agent *agent);
agent_run agent_named(const char *name);
int control_start(int argc, char **argv);
int control_renew(int argc, char **argv);
int control_status(int argc, char **argv);
int control_stop(int argc, char **argv);
int control_read(int argc, char **argv);
int control_clock(void);

#endif
