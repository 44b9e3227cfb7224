/* dirty: rewrites the pages of a working set at a given rate; every page it writes is unique and incompressible. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096
#define PAGES_PER_MIB 256.0
#define MOST_MIB (1ll << 24)
#define MOST_MIB_PER_S 1e6
/* An emulated guest pays dearly for waking up: more often would cost more than the writing. */
#define TICK_NS 20000000ll
/* Time that earns no more than this much credit at once was a stall: what was missed in it is never made up for. */
#define LONGEST_TICK_NS 50000000ll
#define SLICE_PAGES 64
#define HISTORY_S 300
#define SPARE_KIB (16 << 10)

struct load {
  uint8_t *memory;
  size_t pages, filled, next;
  double rate; /* pages per second */
  bool random;
  uint64_t counter;
  const char *problem;
};

/* splitmix64: a bijection of the counter, so no two words (and no two pages) are the same. */
static uint64_t next_word(uint64_t *counter) {
  uint64_t z = (*counter += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

static void write_page(struct load *load, size_t page) {
  uint64_t *words = (uint64_t *)(void *)(load->memory + page * PAGE);
  for (size_t i = 0; i < PAGE / sizeof *words; i++) words[i] = next_word(&load->counter);
}

/* The kernel's estimate of what can be used without swapping; -1 where it gives none. */
static long long available_kib(void) {
  FILE *file = fopen("/proc/meminfo", "r");
  long long kib = -1;
  for (char line[128]; file != NULL && fgets(line, sizeof line, file) != NULL;)
    if (sscanf(line, "MemAvailable: %lld", &kib) == 1) break;
  if (file != NULL) fclose(file);
  return kib;
}

static void set_load(struct load *load, const char *desired) {
  char pattern[16] = "sequential";
  long long mib = text_number(desired, "working_set_mib", 0);
  text_value(desired, "pattern", pattern, sizeof pattern);
  double mib_per_s = text_decimal(desired, "mib_per_s", -1);
  bool usable = mib_per_s >= 0 && mib_per_s <= MOST_MIB_PER_S && mib >= 0 && mib <= MOST_MIB;
  load->rate = usable ? mib_per_s * PAGES_PER_MIB : 0;
  load->random = strcmp(pattern, "random") == 0;
  size_t pages = usable ? (size_t)mib * (size_t)PAGES_PER_MIB : 0;
  if (usable && pages == load->pages && load->problem == NULL) return;
  if (load->memory != NULL) munmap(load->memory, load->pages * PAGE);
  load->memory = NULL;
  load->pages = load->filled = load->next = 0;
  load->problem = usable ? NULL : "working_set_mib or mib_per_s is not a number in range";
  if (pages == 0) return;
  long long free_kib = available_kib();
  if (free_kib >= 0 && mib * 1024 + SPARE_KIB > free_kib) {
    load->problem = "the working set does not fit into the memory that is available";
    return;
  }
  void *memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    load->problem = strerror(errno);
    return;
  }
  load->memory = memory;
  load->pages = pages;
}

/* Writes pages until the credit is used up or the tick is; the working set is filled first, as fast as it goes. */
static unsigned long long work(struct load *load, double *credit, int64_t until) {
  unsigned long long written = 0;
  while (load->memory != NULL && mono_ns() < until) {
    bool filling = load->filled < load->pages;
    if (!filling && *credit < 1) break;
    for (int n = 0; n < SLICE_PAGES && (filling ? load->filled < load->pages : *credit >= 1); n++) {
      if (filling) {
        write_page(load, load->filled++);
        continue;
      }
      size_t page = load->random ? next_word(&load->counter) % load->pages : load->next++ % load->pages;
      write_page(load, page);
      *credit -= 1;
      written++;
    }
  }
  return written;
}

/* If memory runs out, this load goes before anything of the guest's own. */
static void offer_itself_to_the_oom_killer(void) {
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (write(fd, "1000", 4) != 4) errno = 0;
  close(fd);
}

struct history {
  double mib_per_s[HISTORY_S];
  unsigned long long seconds;
};

static void describe(char *text, size_t size, const struct load *load, const struct history *history, double stalled_s) {
  double achieved = history->seconds > 0 ? history->mib_per_s[(history->seconds - 1) % HISTORY_S] : 0;
  int length = snprintf(text, size,
                        "ready=%d\nproblem=%s\nworking_set_mib=%.0f\nmib_per_s=%.3f\nachieved_mib_per_s=%.3f\n"
                        "stalled_ms=%.0f\nhistory_mib_per_s=",
                        load->problem == NULL && load->filled == load->pages, load->problem == NULL ? "" : load->problem,
                        (double)load->pages / PAGES_PER_MIB, load->rate / PAGES_PER_MIB, achieved, stalled_s * 1000);
  unsigned long long first = history->seconds > HISTORY_S ? history->seconds - HISTORY_S : 0;
  for (unsigned long long s = first; s < history->seconds && (size_t)length + 16 < size; s++)
    length += snprintf(text + length, size - (size_t)length, "%s%.2f", s == first ? "" : ",", history->mib_per_s[s % HISTORY_S]);
  snprintf(text + length, size - (size_t)length, "\n");
}

int dirty_run(struct agent *agent) {
  struct load load = {.counter = (uint64_t)real_ns() ^ ((uint64_t)getpid() << 48)};
  static struct history history;
  double credit = 0, stalled_s = 0;
  unsigned long long written = 0;
  char own[8192] = "";
  offer_itself_to_the_oom_killer();
  bool filling = false;
  int64_t last = mono_ns(), poll_at = 0, second = last;
  for (;;) {
    int64_t now = mono_ns();
    if (now >= poll_at) {
      enum poll_result result = agent_poll(agent);
      if (result == POLL_END) break;
      if (result == POLL_CHANGED) {
        set_load(&load, agent->desired);
        credit = 0;
        filling = load.filled < load.pages;
        describe(own, sizeof own, &load, &history, stalled_s);
        agent_status(agent, own);
      }
      poll_at = now + POLL_NS;
    }
    if (now - second >= SECOND_NS) {
      history.mib_per_s[history.seconds++ % HISTORY_S] = (double)written / PAGES_PER_MIB / ((double)(now - second) / 1e9);
      written = 0;
      second = now;
      describe(own, sizeof own, &load, &history, stalled_s);
      agent_status(agent, own);
    }
    int64_t passed = now - last, counted = passed < LONGEST_TICK_NS ? passed : LONGEST_TICK_NS;
    if (load.filled == load.pages) {
      stalled_s += (double)(passed - counted) / 1e9;
      credit += load.rate * (double)counted / 1e9;
      double most = load.rate * (double)LONGEST_TICK_NS / 1e9 + 1;
      if (credit > most) credit = most;
    }
    last = now;
    written += work(&load, &credit, now + LONGEST_TICK_NS / 2);
    if (filling && load.filled == load.pages) {
      filling = false;
      describe(own, sizeof own, &load, &history, stalled_s);
      agent_status(agent, own);
    }
    sleep_ns(TICK_NS);
  }
  agent_close(agent, own);
  return 0;
}
