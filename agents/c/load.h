/* What the loads share: memory full of garbage, the pace of their work, and what they achieved. */
#ifndef DROVER_LOAD_H
#define DROVER_LOAD_H

#include "agent.h"

#define PAGE 4096
#define PAGES_PER_MIB 256
/* Written between two looks at the clock. */
#define SLICE_PAGES 64
#define MOST_MIB (1ll << 24)
#define ACHIEVED_SECONDS 300
#define LOAD_STATUS_BYTES 8192
#define FIGURES_BYTES 256

/* garbage.c: memory whose pages are unique and incompressible */
struct garbage {
  uint8_t *memory;
  size_t pages, filled;
  uint64_t counter;
  const char *problem; /* why there is less than was wanted; NULL: nothing is wrong */
};
struct garbage new_garbage(void);
/* Makes room for so many MiB, empty; memory of that size stays as it is. `problem` says why it could not. */
void resize_garbage(struct garbage *garbage, long long mib);
/* Fills on, until that moment at most; true once all is filled. */
bool fill_garbage(struct garbage *garbage, int64_t until);
void rewrite_page(struct garbage *garbage, size_t page);
size_t random_page(struct garbage *garbage);
/* The number of a line such as "VmLck: %lld kB" of a file of the kernel's; -1 where there is none. */
long long kernel_number(const char *path, const char *line_format);
/* If memory runs out, the calling load goes before anything of the guest's own. */
void offer_itself_to_the_oom_killer(void);

/* achieved.c: values of the last ACHIEVED_SECONDS seconds */
struct achieved {
  double values[ACHIEVED_SECONDS];
  unsigned long long seconds;
};
void note_achieved(struct achieved *achieved, double value);
double last_achieved(const struct achieved *achieved);
/* Writes the load's part of its status into `own` (LOAD_STATUS_BYTES) and says it; the values, oldest first, follow `figures`. */
void tell_load(struct agent *agent, char *own, const char *problem, bool ready, const char *figures,
               const struct achieved *achieved);

/* credit.c */
struct credit {
  double left; /* units of work */
  int64_t earned_ns, stalled_ns;
};
/* Adds what the time since the last call earns, in units of work a second. Time that is longer than `longest_ns` was a stall: what was
   missed in it is never made up for, nor is more saved up than that time earns, and `at_least`. */
void earn_credit(struct credit *credit, double per_s, double at_least, int64_t longest_ns, int64_t now);

#endif
