/* Numbered files of a series: `<epoch>-<number>.<kind>`, in the order of their names. */
#include "agent.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define EPOCH_DIGITS 16
#define STEM_LENGTH 25

static bool is_segment(const char *name, const char *kind) {
  return strlen(name) > STEM_LENGTH && name[EPOCH_DIGITS] == '-' && strcmp(name + STEM_LENGTH, kind) == 0;
}

bool oldest_segment(const char *dir, const char *kind, struct segment_files *files) {
  DIR *entries = opendir(dir);
  *files = (struct segment_files){0};
  if (entries == NULL) return false;
  for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
    char path[PATH_BYTES];
    struct stat file;
    if (!is_segment(entry->d_name, kind) || !path_of(path, sizeof path, dir, entry->d_name) || stat(path, &file) != 0) continue;
    files->bytes += file.st_size;
    if (*files->oldest != 0 && strcmp(entry->d_name, files->oldest) > 0) continue;
    snprintf(files->oldest, sizeof files->oldest, "%.32s", entry->d_name);
    files->oldest_modified_s = file.st_mtime;
  }
  closedir(entries);
  return *files->oldest != 0;
}

bool next_epoch(const char *dir, const char *kind, unsigned long long *next) {
  DIR *entries = opendir(dir);
  if (entries == NULL) return false;
  *next = (unsigned long long)(real_ns() / 1000000);
  for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
    if (!is_segment(entry->d_name, kind)) continue;
    unsigned long long epoch = strtoull(entry->d_name, NULL, 10);
    if (epoch >= *next) *next = epoch + 1;
  }
  closedir(entries);
  return true;
}
