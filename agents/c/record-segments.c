/* Frames in rotating files. The controller reads them while they grow and may read them again; the oldest go by age or size. */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define KIND ".rec"
#define ROTATE_NS (300 * SECOND_NS)

static bool drop(struct record_segments *segments, const char *name) {
  char path[PATH_BYTES];
  return path_of(path, sizeof path, segments->dir, name) && unlink(path) == 0;
}

static void prune(struct record_segments *segments) {
  struct segment_files files;
  while (oldest_segment(segments->dir, KIND, &files)) {
    bool old = (int64_t)time(NULL) - files.oldest_modified_s > segments->keep_ns / SECOND_NS;
    bool full = files.bytes + segments->segment_bytes > segments->max_bytes;
    if ((!old && !full) || !drop(segments, files.oldest)) return;
  }
}

static bool rotate(struct record_segments *segments) {
  if (segments->fd >= 0) close(segments->fd);
  prune(segments);
  char path[PATH_BYTES], name[SEGMENT_NAME_BYTES];
  snprintf(name, sizeof name, "%016llu-%08llu" KIND, segments->epoch, ++segments->number);
  segments->fd = path_of(path, sizeof path, segments->dir, name)
                     ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600)
                     : -1;
  if (segments->fd < 0) segments->error = errno;
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
      segments->error = errno;
      if (ftruncate(segments->fd, segments->size) != 0) rotate(segments);
      return false;
    }
    done += (size_t)wrote;
  }
  segments->size += (int64_t)length;
  return true;
}

static bool append_frame(struct record_segments *segments, enum frame_kind kind, int64_t tick_ns, const char *bytes, size_t length) {
  uint8_t *frame = malloc(FRAME_BYTES + length);
  if (frame == NULL) {
    segments->error = ENOMEM;
    return false;
  }
  put_u32(frame, FRAME_MAGIC);
  put_u32(frame + 4, kind);
  put_u64(frame + 8, (uint64_t)tick_ns);
  put_u64(frame + 16, (uint64_t)real_ns());
  put_u64(frame + 24, (uint64_t)mono_ns());
  put_u32(frame + 32, (uint32_t)length);
  put_u32(frame + 36, 0);
  if (length > 0) memcpy(frame + FRAME_BYTES, bytes, length);
  put_u32(frame + 36, crc32_of(frame, FRAME_BYTES + length));
  bool written = append(segments, frame, FRAME_BYTES + length);
  free(frame);
  return written;
}

static int describe_series(const struct record_segments *segments, bool unwritten, char text[SERIES_BYTES + REASON_BYTES]) {
  return unwritten ? snprintf(text, SERIES_BYTES + REASON_BYTES, "%sunwritten=%s\n", segments->series, strerror(segments->error))
                   : snprintf(text, SERIES_BYTES + REASON_BYTES, "%s", segments->series);
}

/* After a file was given up for room the next one begins with the reason: it may have stood in the old one. */
static bool tell_given_up(struct record_segments *segments) {
  if (!segments->given_up) return true;
  char text[SERIES_BYTES + REASON_BYTES];
  int length = describe_series(segments, true, text);
  segments->given_up = !append_frame(segments, FRAME_SERIES, 0, text, (size_t)length);
  return !segments->given_up;
}

static bool give_up_oldest(struct record_segments *segments) {
  struct segment_files files;
  bool full = segments->error == ENOSPC || segments->error == EDQUOT;
  if (!full || !oldest_segment(segments->dir, KIND, &files) || !drop(segments, files.oldest)) return false;
  return segments->given_up = true;
}

bool record_frame(struct record_segments *segments, enum frame_kind kind, int64_t tick_ns, const char *bytes, size_t length) {
  bool due = segments->fd < 0 || segments->size >= segments->segment_bytes || mono_ns() - segments->opened_mono_ns > ROTATE_NS;
  bool open = !due || rotate(segments);
  bool written = open && tell_given_up(segments) && append_frame(segments, kind, tick_ns, bytes, length);
  if (!written && give_up_oldest(segments))
    written = rotate(segments) && tell_given_up(segments) && append_frame(segments, kind, tick_ns, bytes, length);
  if (!written) segments->unwritten++;
  return written;
}

bool record_series(struct record_segments *segments, bool unwritten) {
  char text[SERIES_BYTES + REASON_BYTES];
  int length = describe_series(segments, unwritten, text);
  return record_frame(segments, FRAME_SERIES, 0, text, (size_t)length);
}

bool record_segments_open(struct record_segments *segments, const char *dir) {
  *segments = (struct record_segments){.dir = dir, .fd = -1};
  return next_epoch(dir, KIND, &segments->epoch);
}

void record_segments_close(struct record_segments *segments) {
  if (segments->fd >= 0) close(segments->fd);
  segments->fd = -1;
}
