/* dirty: rewrites the pages of a working set at a given rate; every page it writes is unique and incompressible. */
#include "load.h"

#include <stdio.h>
#include <string.h>

#define MOST_MIB_PER_S 1e6
/* An emulated guest pays dearly for waking up: more often would cost more than the writing. */
#define TICK_NS 20000000ll
/* Time that earns no more than this much credit at once was a stall: what was missed in it is never made up for. */
#define LONGEST_TICK_NS 50000000ll

struct load {
  struct garbage set;
  size_t next;
  double rate; /* pages per second */
  bool random;
};

static void set_load(struct load *load, const char *desired) {
  char pattern[16] = "sequential";
  long long mib = text_number(desired, "working_set_mib", 0);
  text_value(desired, "pattern", pattern, sizeof pattern);
  double mib_per_s = text_decimal(desired, "mib_per_s", -1);
  bool usable = mib_per_s >= 0 && mib_per_s <= MOST_MIB_PER_S && mib >= 0 && mib <= MOST_MIB;
  load->rate = usable ? mib_per_s * PAGES_PER_MIB : 0;
  load->random = strcmp(pattern, "random") == 0;
  resize_garbage(&load->set, usable ? mib : 0);
  if (!usable) load->set.problem = "working_set_mib or mib_per_s is not a number in range";
}

/* Rewrites pages until the credit is used up or the time is. */
static unsigned long long work(struct load *load, double *credit, int64_t until) {
  unsigned long long written = 0;
  while (*credit >= 1 && load->set.pages > 0 && mono_ns() < until)
    for (int n = 0; n < SLICE_PAGES && *credit >= 1; n++) {
      rewrite_page(&load->set, load->random ? random_page(&load->set) : load->next++ % load->set.pages);
      *credit -= 1;
      written++;
    }
  return written;
}

static void tell(struct agent *agent, char *own, const struct load *load, const struct achieved *achieved, double stalled_s) {
  const struct garbage *set = &load->set;
  char seconds[ACHIEVED_BYTES];
  describe_achieved(seconds, sizeof seconds, achieved);
  snprintf(own, LOAD_STATUS_BYTES,
           "ready=%d\nproblem=%s\nworking_set_mib=%zu\nmib_per_s=%.3f\nachieved_mib_per_s=%.3f\nstalled_ms=%.0f\n"
           "history_mib_per_s=%s\n",
           set->problem == NULL && set->filled == set->pages, set->problem == NULL ? "" : set->problem,
           set->pages / PAGES_PER_MIB, load->rate / PAGES_PER_MIB, last_achieved(achieved), stalled_s * 1000, seconds);
  agent_status(agent, own);
}

int dirty_run(struct agent *agent) {
  struct load load = {.set = new_garbage()};
  static struct achieved achieved;
  static char own[LOAD_STATUS_BYTES];
  double credit = 0, stalled_s = 0;
  unsigned long long written = 0;
  offer_itself_to_the_oom_killer();
  bool full = true;
  int64_t last = mono_ns(), poll_at = 0, second = last;
  for (;;) {
    int64_t now = mono_ns();
    if (now >= poll_at) {
      enum poll_result result = agent_poll(agent);
      if (result == POLL_END) break;
      if (result == POLL_CHANGED) {
        set_load(&load, agent->desired);
        credit = 0;
        full = load.set.filled == load.set.pages;
        tell(agent, own, &load, &achieved, stalled_s);
      }
      poll_at = now + POLL_NS;
    }
    if (now - second >= SECOND_NS) {
      note_achieved(&achieved, (double)written / PAGES_PER_MIB / ((double)(now - second) / 1e9));
      written = 0;
      second = now;
      tell(agent, own, &load, &achieved, stalled_s);
    }
    int64_t passed = now - last, counted = passed < LONGEST_TICK_NS ? passed : LONGEST_TICK_NS;
    last = now;
    /* The working set is filled first, as fast as it goes. */
    if (!full && fill_garbage(&load.set, now + LONGEST_TICK_NS / 2)) {
      full = true;
      tell(agent, own, &load, &achieved, stalled_s);
    } else if (full) {
      stalled_s += (double)(passed - counted) / 1e9;
      credit += load.rate * (double)counted / 1e9;
      double most = load.rate * (double)LONGEST_TICK_NS / 1e9 + 1;
      if (credit > most) credit = most;
      written += work(&load, &credit, now + LONGEST_TICK_NS / 2);
    }
    sleep_ns(TICK_NS);
  }
  agent_close(agent, own);
  return 0;
}
