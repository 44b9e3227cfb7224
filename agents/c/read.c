/* read: hands over what a recorder wrote from a cursor on, in base64; clock: this machine's clocks. */
#include "agent.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_BYTES 40
#define DEFAULT_MOST (1 << 20)
#define MOST_BYTES (16 << 20)

int control_clock(void) {
  printf("real_ns=%lld\nmono_ns=%lld\n", (long long)real_ns(), (long long)mono_ns());
  return 0;
}

/* The first segment whose name is not less than (or, if `after`, is greater than) `name`; '' without one. */
static void find_segment(const char *dir, const char *name, bool after, char found[NAME_BYTES]) {
  *found = 0;
  DIR *entries = opendir(dir);
  for (struct dirent *entry; entries != NULL && (entry = readdir(entries)) != NULL;) {
    if (strlen(entry->d_name) != 29 || strcmp(entry->d_name + 25, ".rec") != 0) continue;
    int order = strcmp(entry->d_name, name);
    if (order < 0 || (after && order == 0)) continue;
    if (*found == 0 || strcmp(entry->d_name, found) < 0) snprintf(found, NAME_BYTES, "%.32s", entry->d_name);
  }
  if (entries != NULL) closedir(entries);
}

static void print_base64(const uint8_t *bytes, size_t length) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t at = 0; at < length; at += 3) {
    size_t left = length - at;
    uint32_t three = (uint32_t)bytes[at] << 16 | (left > 1 ? (uint32_t)bytes[at + 1] << 8 : 0) | (left > 2 ? bytes[at + 2] : 0);
    putchar(digits[three >> 18 & 63]);
    putchar(digits[three >> 12 & 63]);
    putchar(left > 1 ? digits[three >> 6 & 63] : '=');
    putchar(left > 2 ? digits[three & 63] : '=');
  }
}

/* DIR SEGMENT OFFSET [MOST]: `segment`, `offset` and `later` (a newer segment is there, so this one grows no more) as
   lines, an empty line, then the bytes. SEGMENT `-`: from the oldest; one that is gone: from the next. */
int control_read(int argc, char **argv) {
  const char *dir = argv[0], *wanted = strcmp(argv[1], "-") == 0 ? "" : argv[1];
  long long offset = atoll(argv[2]), most = argc > 3 ? atoll(argv[3]) : DEFAULT_MOST;
  char segment[NAME_BYTES], later[NAME_BYTES], path[PATH_BYTES];
  if (most <= 0 || most > MOST_BYTES) most = DEFAULT_MOST;
  find_segment(dir, wanted, false, segment);
  if (strcmp(segment, wanted) != 0) offset = 0;
  find_segment(dir, segment, true, later);
  int fd = *segment != 0 && path_of(path, sizeof path, dir, segment) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  uint8_t *bytes = malloc((size_t)most);
  ssize_t length = fd >= 0 && bytes != NULL ? pread(fd, bytes, (size_t)most, offset) : 0;
  if (fd >= 0) close(fd);
  printf("running=%d\nsegment=%s\noffset=%lld\nlater=%d\n", lock_holder(dir) != 0, segment, offset, *later != 0);
  control_clock();
  putchar('\n');
  if (length > 0) print_base64(bytes, (size_t)length);
  putchar('\n');
  free(bytes);
  return 0;
}
