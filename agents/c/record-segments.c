/* Frames in rotating files. The controller reads them while they grow and may read them again; the oldest go by age or size. */
#include "record.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NAME_BYTES 40
#define ROTATE_NS (300 * SECOND_NS)

static bool is_segment(const char *name) { return strlen(name) == 29 && strcmp(name + 25, ".rec") == 0; }

struct looked {
  char oldest[NAME_BYTES];
  int64_t bytes, modified_s;
};

static bool look(const char *dir, struct looked *looked) {
  DIR *entries = opendir(dir);
  *looked = (struct looked){0};
  if (entries == NULL) return false;
  for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
    char path[PATH_BYTES];
    struct stat file;
    if (!is_segment(entry->d_name) || !path_of(path, sizeof path, dir, entry->d_name) || stat(path, &file) != 0) continue;
    looked->bytes += file.st_size;
    if (*looked->oldest != 0 && strcmp(entry->d_name, looked->oldest) > 0) continue;
    snprintf(looked->oldest, NAME_BYTES, "%.32s", entry->d_name);
    looked->modified_s = file.st_mtime;
  }
  closedir(entries);
  return *looked->oldest != 0;
}

static bool drop(struct record_segments *segments, const char *name) {
  char path[PATH_BYTES];
  return path_of(path, sizeof path, segments->dir, name) && unlink(path) == 0;
}

static void prune(struct record_segments *segments) {
  struct looked looked;
  while (look(segments->dir, &looked)) {
    bool old = (int64_t)time(NULL) - looked.modified_s > segments->keep_ns / SECOND_NS;
    bool full = looked.bytes + segments->segment_bytes > segments->max_bytes;
    if ((!old && !full) || !drop(segments, looked.oldest)) return;
  }
}

static bool rotate(struct record_segments *segments) {
  if (segments->fd >= 0) close(segments->fd);
  prune(segments);
  char path[PATH_BYTES], name[NAME_BYTES];
  snprintf(name, sizeof name, "%016llu-%08llu.rec", segments->epoch, ++segments->number);
  segments->fd = path_of(path, sizeof path, segments->dir, name)
                     ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600)
                     : -1;
  segments->size = 0;
  segments->opened_mono_ns = mono_ns();
  return segments->fd >= 0;
}

/* A torn frame is cut off again. */
static bool append(struct record_segments *segments, const uint8_t *bytes, size_t length) {
  size_t done = 0;
  while (done < length) {
    ssize_t wrote = write(segments->fd, bytes + done, length - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      if (ftruncate(segments->fd, segments->size) != 0) rotate(segments);
      return false;
    }
    done += (size_t)wrote;
  }
  segments->size += (int64_t)length;
  return true;
}

bool record_frame(struct record_segments *segments, enum frame_kind kind, int64_t tick_ns, const char *bytes, size_t length) {
  uint8_t *frame = malloc(FRAME_BYTES + length);
  if (frame == NULL) return false;
  put_u32(frame, FRAME_MAGIC);
  put_u32(frame + 4, kind);
  put_u64(frame + 8, (uint64_t)tick_ns);
  put_u64(frame + 16, (uint64_t)real_ns());
  put_u64(frame + 24, (uint64_t)mono_ns());
  put_u32(frame + 32, (uint32_t)length);
  put_u32(frame + 36, 0);
  if (length > 0) memcpy(frame + FRAME_BYTES, bytes, length);
  put_u32(frame + 36, crc32_of(frame, FRAME_BYTES + length));
  bool due = segments->fd < 0 || segments->size >= segments->segment_bytes || mono_ns() - segments->opened_mono_ns > ROTATE_NS;
  bool written = (!due || rotate(segments)) && append(segments, frame, FRAME_BYTES + length);
  struct looked looked;
  if (!written && look(segments->dir, &looked) && drop(segments, looked.oldest))
    written = rotate(segments) && append(segments, frame, FRAME_BYTES + length);
  if (!written) segments->unwritten++;
  free(frame);
  return written;
}

/* A new series, later by name than every one before it, also if the clock was set back. */
bool record_segments_open(struct record_segments *segments, const char *dir) {
  *segments = (struct record_segments){.dir = dir, .fd = -1, .epoch = (unsigned long long)(real_ns() / 1000000)};
  DIR *entries = opendir(dir);
  if (entries == NULL) return false;
  for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
    if (!is_segment(entry->d_name)) continue;
    unsigned long long epoch = strtoull(entry->d_name, NULL, 10);
    if (epoch >= segments->epoch) segments->epoch = epoch + 1;
  }
  closedir(entries);
  return true;
}

void record_segments_close(struct record_segments *segments) {
  if (segments->fd >= 0) close(segments->fd);
  segments->fd = -1;
}
