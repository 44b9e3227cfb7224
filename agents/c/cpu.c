/* cpu: keeps each processor busy for a given share of the time, with one thread bound to each. */
#include "load.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST_PROCESSORS 1024
/* An emulated guest pays dearly for waking up: twenty times a second is enough for a share of each second. */
#define TICK_NS 50000000ll
#define LONGEST_TICK_NS (2 * TICK_NS)
#define BATCH 20000

struct burner {
  pthread_t thread;
  int processor;
  atomic_llong share_ppm, used_ns, stalled_ns;
  atomic_bool end;
};

static int64_t thread_ns(void) {
  struct timespec at;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return at.tv_sec * SECOND_NS + at.tv_nsec;
}

/* Integer arithmetic that touches no memory. */
static uint64_t burn_batch(uint64_t x) {
  for (int n = 0; n < BATCH; n++) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
  }
  return x;
}

#ifdef __linux__
static bool may_use(int processor) {
  static cpu_set_t allowed;
  static bool known;
  if (!known) known = sched_getaffinity(0, sizeof allowed, &allowed) == 0;
  return known && processor < CPU_SETSIZE && CPU_ISSET((size_t)processor, &allowed);
}

/* Without the right to, the scheduler spreads the threads by itself. */
static void bind_to(int processor) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET((size_t)processor, &one);
  if (sched_setaffinity(0, sizeof one, &one) != 0) errno = 0;
}
#else
static bool may_use(int processor) { return processor < sysconf(_SC_NPROCESSORS_ONLN); }
static void bind_to(int processor) { (void)processor; }
#endif

static void *burn(void *argument) {
  struct burner *burner = argument;
  bind_to(burner->processor);
  volatile uint64_t sink = 0x9e3779b97f4a7c15ull;
  struct credit credit = {.earned_ns = mono_ns()}; /* nanoseconds */
  int64_t used = thread_ns();
  while (!atomic_load(&burner->end)) {
    int64_t now = mono_ns(), begun = used;
    earn_credit(&credit, (double)atomic_load(&burner->share_ppm) * 1e3, 0, LONGEST_TICK_NS, now);
    atomic_store(&burner->stalled_ns, credit.stalled_ns);
    while ((double)(used - begun) < credit.left && mono_ns() < now + TICK_NS) {
      sink = burn_batch(sink);
      used = thread_ns();
      atomic_store(&burner->used_ns, used);
    }
    credit.left -= (double)(used - begun);
    int64_t rest = now + TICK_NS - mono_ns();
    if (rest > 0) sleep_ns(rest);
  }
  return NULL;
}

struct load {
  struct burner burners[MOST_PROCESSORS];
  int count;
  double percent;
  const char *problem;
};

/* One for each processor that this process may use; false with a problem if a thread cannot be had. */
static bool start_burners(struct load *load) {
  for (int processor = 0; processor < MOST_PROCESSORS; processor++) {
    if (!may_use(processor)) continue;
    struct burner *burner = &load->burners[load->count];
    burner->processor = processor;
    if ((errno = pthread_create(&burner->thread, NULL, burn, burner)) != 0) return false;
    load->count++;
  }
  return load->count > 0;
}

static void set_load(struct load *load, const char *desired) {
  double percent = text_decimal(desired, "percent", -1);
  bool usable = percent >= 0 && percent <= 100;
  load->problem = usable ? NULL : "percent is not a number from 0 to 100";
  load->percent = usable ? percent : 0;
  for (int n = 0; n < load->count; n++) atomic_store(&load->burners[n].share_ppm, (long long)(load->percent * 1e4));
}

struct total {
  long long used_ns, stalled_ns;
};

static struct total total_of(struct load *load) {
  struct total total = {0, 0};
  for (int n = 0; n < load->count; n++) {
    total.used_ns += atomic_load(&load->burners[n].used_ns);
    total.stalled_ns += atomic_load(&load->burners[n].stalled_ns);
  }
  return total;
}

static void tell(struct agent *agent, char *own, struct load *load, const struct achieved *achieved) {
  char figures[FIGURES_BYTES];
  snprintf(figures, sizeof figures, "percent=%.3f\nprocessors=%d\nachieved_percent=%.3f\nstalled_ms=%.0f\nhistory_percent=",
           load->percent, load->count, last_achieved(achieved), (double)total_of(load).stalled_ns / 1e6 / load->count);
  tell_load(agent, own, load->problem, true, figures, achieved);
}

int cpu_run(struct agent *agent) {
  static struct load load;
  static struct achieved achieved;
  static char own[LOAD_STATUS_BYTES];
  if (!start_burners(&load)) return agent_fail(agent, "no thread for each processor: %s", strerror(errno));
  int64_t second = mono_ns();
  long long used = 0;
  for (;;) {
    enum poll_result result = agent_poll(agent);
    if (result == POLL_END) break;
    if (result == POLL_CHANGED) {
      set_load(&load, agent->desired);
      tell(agent, own, &load, &achieved);
    }
    int64_t now = mono_ns();
    if (now - second >= SECOND_NS) {
      long long all = total_of(&load).used_ns;
      note_achieved(&achieved, 100.0 * (double)(all - used) / (double)(now - second) / load.count);
      used = all;
      second = now;
      tell(agent, own, &load, &achieved);
    }
    sleep_ns(POLL_NS);
  }
  for (int n = 0; n < load.count; n++) atomic_store(&load.burners[n].end, true);
  for (int n = 0; n < load.count; n++) pthread_join(load.burners[n].thread, NULL);
  agent_close(agent, own);
  return 0;
}
