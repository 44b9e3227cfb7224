/* Records in rotating files `<epoch>-<number>.seg`. The controller reads them while they grow and deletes what it has;
   if it stays away too long, the oldest go and the hole is written down in `gaps`. */
#include "probe.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KIND ".seg"
#define BUFFER_BYTES (RECORD_BYTES * 2048)
#define RECORD_MARK 0x5e67u
#define SEGMENT_VERSION 1u

/* Real time at which a segment was opened, by the clock pair in its header. */
static int64_t opened_at(const char *path, int64_t otherwise) {
  uint8_t header[HEADER_BYTES];
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return otherwise;
  bool whole = read(fd, header, sizeof header) == (ssize_t)sizeof header;
  close(fd);
  if (!whole) return otherwise;
  int64_t opened = (int64_t)(get_u64(header + 32) + get_u64(header + 40) - get_u64(header + 24));
  return opened < RESOLVE_NS || opened > otherwise ? otherwise : opened;
}

void segments_gap(struct segments *segments, int64_t from_real_ns, int64_t until_real_ns, const char *reason) {
  char path[PATH_BYTES], line[160];
  snprintf(path, sizeof path, "%s/gaps", segments->dir);
  int length = snprintf(line, sizeof line, "%.3f %.3f %s\n", (double)from_real_ns / 1e6, (double)until_real_ns / 1e6, reason);
  int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return;
  if (write(fd, line, (size_t)length) != length) segments->dropped_segments++;
  close(fd);
}

static bool drop_oldest(struct segments *segments, const char *reason) {
  char path[PATH_BYTES];
  struct segment_files files;
  if (!oldest_segment(segments->dir, KIND, &files)) return false;
  snprintf(path, sizeof path, "%s/%s", segments->dir, files.oldest);
  int64_t now = real_ns(), from = opened_at(path, now), until = now;
  if (unlink(path) != 0) return false;
  if (oldest_segment(segments->dir, KIND, &files)) {
    snprintf(path, sizeof path, "%s/%s", segments->dir, files.oldest);
    until = opened_at(path, now);
  }
  segments->dropped_segments++;
  /* Its first records may be as old as an answer may be late. */
  segments_gap(segments, from - RESOLVE_NS, until, reason);
  return true;
}

static void boot_id(uint8_t id[16]) {
  memset(id, 0, 16);
  FILE *file = fopen("/proc/sys/kernel/random/boot_id", "r");
  if (file == NULL) return;
  for (int i = 0; i < 16; i++) {
    unsigned value;
    if (fscanf(file, "%2x", &value) == 1) id[i] = (uint8_t)value;
    int next = fgetc(file);
    if (next != '-' && next != EOF) ungetc(next, file);
  }
  fclose(file);
}

static void write_header(struct segments *segments, uint8_t header[HEADER_BYTES]) {
  memset(header, 0, HEADER_BYTES);
  memcpy(header, "DRVPROBE", 8);
  put_u32(header + 8, SEGMENT_VERSION);
  put_u32(header + 12, HEADER_BYTES);
  put_u32(header + 16, RECORD_BYTES);
  put_u64(header + 24, (uint64_t)segments->series_mono_ns);
  put_u64(header + 32, (uint64_t)segments->series_real_ns);
  put_u64(header + 40, (uint64_t)mono_ns());
  put_u64(header + 48, segments->epoch);
  put_u32(header + 56, (uint32_t)segments->number);
  put_u32(header + 60, segments->period_us);
  boot_id(header + 64);
  memcpy(header + 80, segments->vantage, 32);
  put_u32(header + 20, crc32_of(header, HEADER_BYTES));
}

/* Closes the current segment and opens the next. */
void segments_rotate(struct segments *segments) {
  if (segments->fd >= 0) close(segments->fd);
  segments->fd = -1;
  char path[PATH_BYTES];
  struct segment_files files;
  while (oldest_segment(segments->dir, KIND, &files) && files.bytes + segments->segment_bytes > segments->max_bytes)
    if (!drop_oldest(segments, "not collected in time: the bound on disk use was reached")) break;
  snprintf(path, sizeof path, "%s/%016llu-%08llu" KIND, segments->dir, segments->epoch, ++segments->number);
  segments->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
  uint8_t header[HEADER_BYTES];
  write_header(segments, header);
  if (segments->fd >= 0 && write(segments->fd, header, sizeof header) == (ssize_t)sizeof header) {
    segments->size = HEADER_BYTES;
    return;
  }
  if (segments->fd >= 0) close(segments->fd);
  segments->fd = -1;
  unlink(path);
}

/* A torn record is cut off again; the whole ones before it stay, as they may have been read already, and leave the buffer. */
static bool write_whole(struct segments *segments) {
  if (segments->fd < 0) return false;
  size_t done = 0;
  while (done < segments->buffered) {
    ssize_t wrote = write(segments->fd, segments->buffer + done, segments->buffered - done);
    if (wrote <= 0) {
      size_t whole = done - done % RECORD_BYTES;
      segments->size += (int64_t)whole;
      segments->buffered -= whole;
      memmove(segments->buffer, segments->buffer + whole, segments->buffered);
      if (ftruncate(segments->fd, segments->size) != 0) segments_rotate(segments);
      return false;
    }
    done += (size_t)wrote;
  }
  segments->size += (int64_t)done;
  return true;
}

/* The records in the buffer are lost: the hole begins at the first of them that was due. */
static void note_unwritten(struct segments *segments) {
  for (size_t at = 0; at < segments->buffered; at += RECORD_BYTES) {
    int64_t due = (int64_t)get_u64(segments->buffer + at + 8) - segments->series_mono_ns + segments->series_real_ns;
    if (segments->unwritten_from_ns == 0 || due < segments->unwritten_from_ns) segments->unwritten_from_ns = due;
  }
}

void segments_flush(struct segments *segments) {
  if (segments->buffered == 0) return;
  if (segments->fd < 0) segments_rotate(segments);
  bool written = write_whole(segments);
  if (!written && drop_oldest(segments, "the disk is full")) {
    segments_rotate(segments);
    written = write_whole(segments);
  }
  int64_t now = real_ns();
  if (!written) note_unwritten(segments);
  if (written && segments->unwritten_from_ns != 0) {
    segments_gap(segments, segments->unwritten_from_ns, now, "the disk was full");
    segments->unwritten_from_ns = 0;
  }
  segments->buffered = 0;
  if (segments->size >= segments->segment_bytes) segments_rotate(segments);
}

bool segments_add(struct segments *segments, const struct record *record) {
  if (segments->buffered + RECORD_BYTES > BUFFER_BYTES) segments_flush(segments);
  uint8_t *at = segments->buffer + segments->buffered;
  put_u16(at, record->target);
  put_u16(at + 2, RECORD_MARK);
  put_u32(at + 4, record->seq);
  put_u64(at + 8, (uint64_t)record->due_ns);
  put_u32(at + 16, record->lateness_us);
  put_u32(at + 20, record->rtt_us);
  put_u64(at + 24, (uint64_t)record->guest_ns);
  segments->buffered += RECORD_BYTES;
  return true;
}

bool segments_open(struct segments *segments, const char *dir) {
  segments->dir = dir;
  segments->fd = -1;
  segments->buffer = malloc(BUFFER_BYTES);
  segments->series_mono_ns = mono_ns();
  segments->series_real_ns = real_ns();
  return segments->buffer != NULL && next_epoch(dir, KIND, &segments->epoch);
}

void segments_close(struct segments *segments) {
  segments_flush(segments);
  if (segments->unwritten_from_ns != 0) segments_gap(segments, segments->unwritten_from_ns, real_ns(), "the disk was full");
  if (segments->fd >= 0) close(segments->fd);
  segments->fd = -1;
  free(segments->buffer);
  segments->buffer = NULL;
  segments->buffered = 0;
}
