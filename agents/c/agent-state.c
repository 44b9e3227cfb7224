#include "agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_LEASE_S 60

volatile sig_atomic_t agent_signalled = 0;

static void on_signal(int number) {
  (void)number;
  agent_signalled = 1;
}

static bool take_lock(struct agent *agent) {
  char path[PATH_BYTES];
  if (!path_of(path, sizeof path, agent->dir, "lock")) return false;
  for (int attempt = 0; attempt < 20; attempt++) {
    if (!make_directory(agent->dir)) return false;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    /* The agent before may be removing the directory right now. */
    if (fd < 0 && errno == ENOENT) continue;
    if (fd < 0) return false;
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (fcntl(fd, F_SETLK, &lock) != 0) {
      close(fd);
      errno = EWOULDBLOCK;
      return false;
    }
    /* An agent that ended may have removed the file between open and lock. */
    struct stat held, there;
    if (fstat(fd, &held) == 0 && stat(path, &there) == 0 && held.st_ino == there.st_ino) {
      agent->lock_fd = fd;
      return true;
    }
    close(fd);
  }
  errno = EAGAIN;
  return false;
}

/* Becomes the one agent of this state directory; its desired state is read by the first agent_poll. */
bool agent_open(struct agent *agent, const char *name, const char *dir) {
  agent->name = name;
  if ((size_t)snprintf(agent->dir, sizeof agent->dir, "%s", dir) >= sizeof agent->dir) {
    agent_fail(agent, "the name of its directory is too long: %s", dir);
    return false;
  }
  agent->revision = agent->renewal = -1;
  agent->ended = "stopped";
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  if (take_lock(agent)) return true;
  if (errno == EWOULDBLOCK) agent_fail(agent, "%s: an agent runs there already", dir);
  else agent_fail(agent, "%s: %s", dir, strerror(errno));
  return false;
}

static enum poll_result end(struct agent *agent, const char *why) {
  agent->ended = why;
  return POLL_END;
}

/* Looks at the desired state: did it change, and is there still anybody who wants this agent? */
enum poll_result agent_poll(struct agent *agent) {
  if (agent_signalled) return end(agent, "signalled");
  char *text = read_text(agent->dir, "desired");
  if (text == NULL) return end(agent, "no desired state");
  int64_t now = mono_ns();
  long long renewal = text_number(text, "renewal", 0);
  if (agent->desired == NULL || renewal != agent->renewal) agent->renewed_ns = now;
  agent->renewal = renewal;
  agent->lease_s = text_number_within(text, "lease_s", DEFAULT_LEASE_S, 0, MOST_SECONDS);
  agent->clean = text_number(text, "clean", 0) == 1;
  long long revision = text_number(text, "revision", 0);
  bool changed = agent->desired == NULL || revision != agent->revision;
  bool stop = text_number(text, "stop", 0) == 1;
  if (changed) {
    free(agent->desired);
    agent->desired = text;
    agent->revision = revision;
  } else {
    free(text);
  }
  if (stop) return end(agent, "stopped");
  if (now - agent->renewed_ns > agent->lease_s * SECOND_NS) return end(agent, "lease ended");
  return changed ? POLL_CHANGED : POLL_SAME;
}

static void write_status(struct agent *agent, const char *state, const char *own) {
  char text[16384];
  long long left_s = agent->lease_s - (mono_ns() - agent->renewed_ns) / SECOND_NS;
  snprintf(text, sizeof text,
           "agent=%s\nstate=%s\npid=%ld\nrevision=%lld\nrenewal=%lld\nlease_left_s=%lld\nmono_ns=%lld\nreal_ns=%lld\n%s",
           agent->name, state, (long)getpid(), agent->revision, agent->renewal, left_s, (long long)mono_ns(),
           (long long)real_ns(), own);
  write_text(agent->dir, "status", text);
}

void agent_status(struct agent *agent, const char *own) {
  write_status(agent, "running", own);
  if (agent->ready_fd < 0) return;
  if (write(agent->ready_fd, "+", 1) == 1) close(agent->ready_fd);
  agent->ready_fd = -1;
}

/* Deletes the files directly in a directory whose names begin so, but not `spared`; false if anything else is left. */
static bool empty_directory(const char *dir, const char *prefix, const char *spared) {
  DIR *entries = opendir(dir);
  if (entries == NULL) return false;
  bool empty = true;
  for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    if (strcmp(entry->d_name, spared) == 0) continue;
    char path[PATH_BYTES];
    if (!path_of(path, sizeof path, dir, entry->d_name) || strncmp(entry->d_name, prefix, strlen(prefix)) != 0 ||
        unlink(path) != 0)
      empty = false;
  }
  closedir(entries);
  return empty;
}

static bool has_directories(const char *dir) {
  DIR *entries = opendir(dir);
  if (entries == NULL) return true;
  bool found = false;
  for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    char path[PATH_BYTES];
    struct stat file;
    if (path_of(path, sizeof path, dir, entry->d_name) && stat(path, &file) == 0 && S_ISDIR(file.st_mode)) found = true;
  }
  closedir(entries);
  return found;
}

/* The state directory, then the program beside it once no other agent's directory is there. The lock goes last: from
   then on a new agent may begin there, and nothing of its own is deleted. */
static void remove_all(const char *dir) {
  char parent[PATH_BYTES], lock[PATH_BYTES];
  if (!empty_directory(dir, "", "lock") || !path_of(lock, sizeof lock, dir, "lock")) return;
  if (unlink(lock) != 0 || rmdir(dir) != 0) return;
  snprintf(parent, sizeof parent, "%s", dir);
  for (int level = 0; level < 2; level++) {
    char *slash = strrchr(parent, '/');
    if (slash == NULL) return;
    *slash = 0;
    if (level == 0 && !has_directories(parent)) empty_directory(parent, "drover-agent", "");
    if (rmdir(parent) != 0) return;
  }
}

void agent_close(struct agent *agent, const char *own) {
  if (agent->clean) {
    remove_all(agent->dir);
  } else {
    write_status(agent, agent->ended, own);
  }
  free(agent->desired);
  agent->desired = NULL;
  close(agent->lock_fd);
}

/* Says why it cannot run, to whoever started it; the subcommand's exit code. The pipe stays open until the process
   ends: whoever started it waits for that, and then finds neither its lock nor a status that still changes. */
int agent_fail(struct agent *agent, const char *format, ...) {
  char message[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  if (agent->ready_fd >= 0) {
    if (write(agent->ready_fd, message, strlen(message)) < 0) agent_signalled = 1;
  } else {
    fprintf(stderr, "drover-agent %s: %s\n", agent->name, message);
  }
  return 1;
}
