/* The counters of a host: the machine's own in /proc, or those of the processes of one pid namespace where several
   hosts share a machine and everything else in /proc would be the whole machine's. */
#include "record.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool add_file(struct text *text, const char *path) {
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  char bytes[16384];
  for (ssize_t got; (got = read(fd, bytes, sizeof bytes)) > 0;) text_add(text, bytes, (size_t)got);
  close(fd);
  return true;
}

static void add_section(struct text *text, const char *name, const char *path) {
  text_print(text, "== %s\n", name);
  add_file(text, path);
}

void read_machine(struct text *text) {
  add_section(text, "stat", "/proc/stat");
  add_section(text, "meminfo", "/proc/meminfo");
  add_section(text, "vmstat", "/proc/vmstat");
  add_section(text, "diskstats", "/proc/diskstats");
  add_section(text, "net", "/proc/net/dev");
}

static long long number_after(const char *text, const char *key) {
  const char *at = strstr(text, key);
  return at == NULL ? 0 : strtoll(at + strlen(key), NULL, 10);
}

struct process_sum {
  unsigned long long ticks, processes, rss_pages;
  long long pss_kib;
  bool pss_known;
};

/* One process; false if it ended meanwhile. With the children that it has reaped, so that nothing is lost when they end. */
static bool add_process(struct process_sum *sum, const char *pid) {
  char path[64];
  struct text stat = {0}, memory = {0};
  unsigned long long user, system;
  long long children_user, children_system;
  long rss;
  snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
  /* The command's name may hold anything; the fields begin after its last bracket. */
  char *fields = add_file(&stat, path) && stat.bytes != NULL ? strrchr(stat.bytes, ')') : NULL;
  bool whole = fields != NULL && sscanf(fields + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %lld %lld %*d %*d %*d %*d %*u %*u %ld",
                                        &user, &system, &children_user, &children_system, &rss) == 5;
  if (whole) {
    sum->ticks += user + system + (unsigned long long)(children_user + children_system);
    sum->rss_pages += (unsigned long long)rss;
    sum->processes++;
    snprintf(path, sizeof path, "/proc/%.20s/smaps_rollup", pid);
    if (!add_file(&memory, path)) sum->pss_known = false;
    else if (memory.bytes != NULL) sum->pss_kib += number_after(memory.bytes, "\nPss:");
  }
  text_free(&stat);
  text_free(&memory);
  return whole;
}

void read_own_processes(struct text *text) {
  struct process_sum sum = {.pss_known = true};
  DIR *processes = opendir("/proc");
  for (struct dirent *entry; processes != NULL && (entry = readdir(processes)) != NULL;)
    if (isdigit((unsigned char)*entry->d_name)) add_process(&sum, entry->d_name);
  if (processes != NULL) closedir(processes);
  text_print(text, "== own\ncpu_ticks=%llu\nticks_per_s=%ld\nprocesses=%llu\nrss_kib=%llu\n", sum.ticks,
             sysconf(_SC_CLK_TCK), sum.processes, sum.rss_pages * (unsigned long long)(sysconf(_SC_PAGESIZE) / 1024));
  if (sum.pss_known) text_print(text, "pss_kib=%lld\n", sum.pss_kib);
  add_section(text, "net", "/proc/net/dev");
}
