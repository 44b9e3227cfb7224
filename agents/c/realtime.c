#include "agent.h"

#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#define PRIORITY 10

/* Keeps every page of this process in memory, those that it allocates later included. */
bool lock_memory(size_t later) {
#ifdef __linux__
  if (mlockall(later > 0 ? MCL_CURRENT | MCL_FUTURE : MCL_CURRENT) != 0) return false;
  if (later == 0) return true;
  /* Under a limit, locking would make later allocations fail: try now, and rather have none locked. */
  void *pages = mmap(NULL, later, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (pages != MAP_FAILED) return munmap(pages, later) == 0;
  munlockall();
  return false;
#else
  (void)later;
  return false;
#endif
}

/* Lets the calling thread run before ordinary ones (SCHED_FIFO), with timers as exact as the kernel has them. */
bool run_in_real_time(void) {
#ifdef __linux__
  prctl(PR_SET_TIMERSLACK, 1ul, 0ul, 0ul, 0ul);
#endif
  struct sched_param parameters = {.sched_priority = PRIORITY};
  return pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters) == 0;
}
