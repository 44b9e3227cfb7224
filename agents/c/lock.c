/* lock: fills memory with garbage and locks it, so that a migration must carry it and nothing can swap it out. */
#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define FILL_NS 25000000ll

static void set_lock(struct garbage *garbage, const char *desired) {
  long long mib = text_number(desired, "mib", -1);
  bool usable = mib >= 0 && mib <= MOST_MIB;
  resize_garbage(garbage, usable ? mib : 0);
  if (!usable) garbage->problem = "mib is not a number in range";
}

/* What the kernel says is locked of this process, whole MiB. */
static long long locked_mib(void) {
  long long kib = kernel_number("/proc/self/status", "VmLck: %lld");
  return kib < 0 ? 0 : kib / 1024;
}

/* A user's own limit shows as a lack of memory. */
static const char *why_not_locked(void) {
  int error = errno;
  struct rlimit limit;
  bool limited = getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  if ((error == ENOMEM || error == EPERM) && limited) return "this user may not lock so much: raise its limit (ulimit -l) or log in as root";
  return strerror(error);
}

static void tell(struct agent *agent, char *own, const struct garbage *garbage, bool locked, const struct achieved *achieved) {
  char figures[FIGURES_BYTES];
  snprintf(figures, sizeof figures, "mib=%zu\nachieved_mib=%lld\nhistory_mib=", garbage->pages / PAGES_PER_MIB, locked_mib());
  tell_load(agent, own, garbage->problem, locked, figures, achieved);
}

int lock_run(struct agent *agent) {
  struct garbage garbage = new_garbage();
  static struct achieved achieved;
  static char own[LOAD_STATUS_BYTES];
  bool locked = false;
  offer_itself_to_the_oom_killer();
  int64_t poll_at = 0, second = mono_ns();
  for (;;) {
    int64_t now = mono_ns();
    if (now >= poll_at) {
      enum poll_result result = agent_poll(agent);
      if (result == POLL_END) break;
      if (result == POLL_CHANGED) {
        size_t before = garbage.pages;
        set_lock(&garbage, agent->desired);
        locked = locked && garbage.problem == NULL && garbage.pages == before;
        tell(agent, own, &garbage, locked, &achieved);
      }
      poll_at = now + POLL_NS;
    }
    if (now - second >= SECOND_NS) {
      note_achieved(&achieved, (double)locked_mib());
      second = now;
      tell(agent, own, &garbage, locked, &achieved);
    }
    if (!locked && garbage.problem == NULL && fill_garbage(&garbage, now + FILL_NS)) {
      locked = garbage.pages == 0 || mlock(garbage.memory, garbage.pages * PAGE) == 0;
      if (!locked) garbage.problem = why_not_locked();
      tell(agent, own, &garbage, locked, &achieved);
    } else if (locked || garbage.problem != NULL) {
      sleep_ns(POLL_NS / 2);
    }
  }
  agent_close(agent, own);
  return 0;
}
