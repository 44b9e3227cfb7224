/* Memory whose pages are unique and incompressible, so that nothing can share, skip or shrink them. */
#include "load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SPARE_KIB (16 << 10)

/* splitmix64: a bijection of the counter, so no two words (and no two pages) are the same. */
static uint64_t next_word(uint64_t *counter) {
  uint64_t z = (*counter += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

long long kernel_number(const char *path, const char *line_format) {
  FILE *file = fopen(path, "r");
  long long number = -1;
  for (char line[128]; file != NULL && fgets(line, sizeof line, file) != NULL;)
    if (sscanf(line, line_format, &number) == 1) break;
  if (file != NULL) fclose(file);
  return number;
}

struct garbage new_garbage(void) {
  return (struct garbage){.counter = (uint64_t)real_ns() ^ ((uint64_t)getpid() << 48)};
}

void resize_garbage(struct garbage *garbage, long long mib) {
  size_t pages = (size_t)mib * PAGES_PER_MIB;
  if (pages == garbage->pages && garbage->problem == NULL) return;
  if (garbage->memory != NULL) munmap(garbage->memory, garbage->pages * PAGE);
  garbage->memory = NULL;
  garbage->pages = garbage->filled = 0;
  garbage->problem = NULL;
  if (pages == 0) return;
  /* The kernel's estimate of what can be used without swapping. */
  long long free_kib = kernel_number("/proc/meminfo", "MemAvailable: %lld");
  if (free_kib >= 0 && mib * 1024 + SPARE_KIB > free_kib) {
    garbage->problem = "it does not fit into the memory that is available";
    return;
  }
  void *memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    garbage->problem = strerror(errno);
    return;
  }
  garbage->memory = memory;
  garbage->pages = pages;
}

bool fill_garbage(struct garbage *garbage, int64_t until) {
  while (garbage->filled < garbage->pages && mono_ns() < until)
    for (int n = 0; n < SLICE_PAGES && garbage->filled < garbage->pages; n++) rewrite_page(garbage, garbage->filled++);
  return garbage->filled == garbage->pages;
}

void rewrite_page(struct garbage *garbage, size_t page) {
  uint64_t *words = (uint64_t *)(void *)(garbage->memory + page * PAGE);
  for (size_t i = 0; i < PAGE / sizeof *words; i++) words[i] = next_word(&garbage->counter);
}

size_t random_page(struct garbage *garbage) { return next_word(&garbage->counter) % garbage->pages; }

void offer_itself_to_the_oom_killer(void) {
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (write(fd, "1000", 4) != 4) errno = 0;
  close(fd);
}
