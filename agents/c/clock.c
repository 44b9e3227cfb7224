#include "agent.h"

#include <errno.h>
#include <time.h>

static int64_t read_clock(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (int64_t)t.tv_sec * SECOND_NS + t.tv_nsec;
}

int64_t mono_ns(void) { return read_clock(CLOCK_MONOTONIC); }

int64_t real_ns(void) { return read_clock(CLOCK_REALTIME); }

void sleep_ns(int64_t ns) {
  struct timespec t = {.tv_sec = (time_t)(ns / SECOND_NS), .tv_nsec = (long)(ns % SECOND_NS)};
  while (nanosleep(&t, &t) == -1 && errno == EINTR && !agent_signalled) {
  }
}
