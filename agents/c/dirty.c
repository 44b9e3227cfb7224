/* dirty: rewrites the pages of a working set at a given rate; every page it writes is unique and incompressible. */
#include "load.h"

#include <stdio.h>
#include <string.h>

#define MOST_MIB_PER_S 1e6
/* An emulated guest pays dearly for waking up: more often would cost more than the writing. */
#define TICK_NS 20000000ll
#define LONGEST_TICK_NS 50000000ll

struct load {
  struct garbage set;
  struct credit credit; /* pages */
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
  load->credit.left = 0;
  resize_garbage(&load->set, usable ? mib : 0);
  if (!usable) load->set.problem = "working_set_mib or mib_per_s is not a number in range";
}

/* Rewrites pages until the credit is used up or the time is. */
static unsigned long long work(struct load *load, int64_t until) {
  unsigned long long written = 0;
  while (load->credit.left >= 1 && load->set.pages > 0 && mono_ns() < until)
    for (int n = 0; n < SLICE_PAGES && load->credit.left >= 1; n++) {
      rewrite_page(&load->set, load->random ? random_page(&load->set) : load->next++ % load->set.pages);
      load->credit.left -= 1;
      written++;
    }
  return written;
}

static void tell(struct agent *agent, char *own, const struct load *load, const struct achieved *achieved) {
  const struct garbage *set = &load->set;
  char figures[FIGURES_BYTES];
  snprintf(figures, sizeof figures,
           "working_set_mib=%zu\nmib_per_s=%.3f\nachieved_mib_per_s=%.3f\nstalled_ms=%.0f\nhistory_mib_per_s=",
           set->pages / PAGES_PER_MIB, load->rate / PAGES_PER_MIB, last_achieved(achieved),
           (double)load->credit.stalled_ns / 1e6);
  tell_load(agent, own, set->problem, set->filled == set->pages, figures, achieved);
}

int dirty_run(struct agent *agent) {
  struct load load = {.set = new_garbage()};
  static struct achieved achieved;
  static char own[LOAD_STATUS_BYTES];
  unsigned long long written = 0;
  offer_itself_to_the_oom_killer();
  bool full = true;
  int64_t poll_at = 0, second = mono_ns();
  load.credit.earned_ns = second;
  for (;;) {
    int64_t now = mono_ns();
    if (now >= poll_at) {
      enum poll_result result = agent_poll(agent);
      if (result == POLL_END) break;
      if (result == POLL_CHANGED) {
        set_load(&load, agent->desired);
        full = load.set.filled == load.set.pages;
        tell(agent, own, &load, &achieved);
      }
      poll_at = now + POLL_NS;
    }
    if (now - second >= SECOND_NS) {
      note_achieved(&achieved, (double)written / PAGES_PER_MIB / ((double)(now - second) / 1e9));
      written = 0;
      second = now;
      tell(agent, own, &load, &achieved);
    }
    /* The working set is filled first, as fast as it goes. */
    if (full) {
      /* A page at least, however slow. */
      earn_credit(&load.credit, load.rate, 1, LONGEST_TICK_NS, now);
      written += work(&load, now + LONGEST_TICK_NS / 2);
    } else {
      load.credit.earned_ns = now;
      full = fill_garbage(&load.set, now + LONGEST_TICK_NS / 2);
      if (full) tell(agent, own, &load, &achieved);
    }
    sleep_ns(TICK_NS);
  }
  agent_close(agent, own);
  return 0;
}
