#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LARGEST_TEXT (1 << 20)

bool path_of(char *path, size_t size, const char *dir, const char *name) {
  int length = snprintf(path, size, "%s/%s", dir, name);
  return length > 0 && (size_t)length < size;
}

char *read_text(const char *dir, const char *name) {
  char path[PATH_BYTES];
  int fd = path_of(path, sizeof path, dir, name) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return NULL;
  struct stat file;
  char *text = NULL;
  if (fstat(fd, &file) == 0 && file.st_size >= 0 && file.st_size <= LARGEST_TEXT) {
    size_t size = (size_t)file.st_size, length = 0;
    text = malloc(size + 1);
    while (text != NULL && length < size) {
      ssize_t got = read(fd, text + length, size - length);
      if (got <= 0) break;
      length += (size_t)got;
    }
    if (text != NULL) text[length] = 0;
  }
  close(fd);
  return text;
}

/* Replaces the file at once: a reader sees the old text or the new one. */
bool write_text(const char *dir, const char *name, const char *text) {
  char path[PATH_BYTES], temporary[PATH_BYTES + 32];
  if (!path_of(path, sizeof path, dir, name)) return false;
  snprintf(temporary, sizeof temporary, "%s.%ld.new", path, (long)getpid());
  int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  size_t length = strlen(text), done = 0;
  while (done < length) {
    ssize_t wrote = write(fd, text + done, length - done);
    if (wrote <= 0) break;
    done += (size_t)wrote;
  }
  if (close(fd) == 0 && done == length && rename(temporary, path) == 0) return true;
  int error = errno;
  unlink(temporary);
  errno = error;
  return false;
}

/* Creates the directory and the missing ones above it, for this user alone. */
bool make_directory(const char *dir) {
  char path[PATH_BYTES];
  if ((size_t)snprintf(path, sizeof path, "%s", dir) >= sizeof path) {
    errno = ENAMETOOLONG;
    return false;
  }
  for (char *slash = path + 1; *slash != 0; slash++) {
    if (*slash != '/') continue;
    *slash = 0;
    if (mkdir(path, 0700) != 0 && errno != EEXIST) return false;
    *slash = '/';
  }
  return mkdir(path, 0700) == 0 || errno == EEXIST;
}

long lock_holder(const char *dir) {
  char path[PATH_BYTES];
  int fd = path_of(path, sizeof path, dir, "lock") ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return 0;
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  long holder = 0;
  if (fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) holder = lock.l_pid > 0 ? (long)lock.l_pid : -1;
  close(fd);
  return holder;
}

/* The value of a `key=value` line; false without one. */
bool text_value(const char *text, const char *key, char *value, size_t size) {
  size_t length = strlen(key);
  for (const char *line = text; line != NULL && *line != 0;) {
    const char *end = strchr(line, '\n');
    size_t bytes = end == NULL ? strlen(line) : (size_t)(end - line);
    if (bytes > length && strncmp(line, key, length) == 0 && line[length] == '=') {
      snprintf(value, size, "%.*s", (int)(bytes - length - 1), line + length + 1);
      return true;
    }
    line = end == NULL ? NULL : end + 1;
  }
  return false;
}

long long text_number(const char *text, const char *key, long long otherwise) {
  char value[32], *end;
  if (!text_value(text, key, value, sizeof value) || strlen(value) == sizeof value - 1) return otherwise;
  long long number = strtoll(value, &end, 10);
  return end == value || *end != 0 ? otherwise : number;
}

long long text_number_within(const char *text, const char *key, long long otherwise, long long least, long long most) {
  long long number = text_number(text, key, otherwise);
  return number < least ? least : number > most ? most : number;
}

double text_decimal(const char *text, const char *key, double otherwise) {
  char value[32], *end;
  if (!text_value(text, key, value, sizeof value)) return otherwise;
  double number = strtod(value, &end);
  return end == value || *end != 0 ? otherwise : number;
}
