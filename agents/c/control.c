/* How a controller starts, renews and ends agents with one command each. */
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_STEP_NS 20000000ll
#define APPLY_NS (5 * SECOND_NS)
#define DEFAULT_STOP_S 12

static int print_status(const char *dir) {
  char *status = read_text(dir, "status");
  printf("running=%d\n%s\n", lock_holder(dir) != 0, status == NULL ? "" : status);
  free(status);
  return 0;
}

/* Writes the desired state given as KEY=VALUE arguments; without any, what is there stays. */
static bool set_desired(const char *dir, int count, char **lines) {
  if (count == 0) return true;
  size_t length = 1;
  for (int i = 0; i < count; i++) length += strlen(lines[i]) + 1;
  char *text = malloc(length), *at = text;
  if (text == NULL) return false;
  *at = 0;
  for (int i = 0; i < count; i++) at += sprintf(at, "%s\n", lines[i]);
  bool written = write_text(dir, "desired", text);
  free(text);
  return written;
}

static void run_detached(const char *name, const char *dir, int ready_fd, int count, char **lines) {
  setsid();
  if (fork() != 0) _exit(0);
  int null = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; fd++) dup2(null, fd);
  /* It must keep no file system busy. */
  if (*dir == '/' && chdir("/") != 0) _exit(1);
  struct agent agent = {.ready_fd = ready_fd};
  if (!agent_open(&agent, name, dir)) _exit(1);
  if (!set_desired(dir, count, lines)) _exit(agent_fail(&agent, "%s/desired: %s", dir, strerror(errno)));
  _exit(agent_named(name)(&agent));
}

/* Starts it in a session of its own and waits for its first status; false with the reason if it is not ready. */
static bool launch(const char *name, const char *dir, int count, char **lines, char *message, size_t size) {
  int ends[2];
  snprintf(message, size, "it ended before it was ready");
  if (pipe(ends) != 0) return false;
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    run_detached(name, dir, ends[1], count, lines);
  }
  close(ends[1]);
  if (child > 0) waitpid(child, NULL, 0);
  size_t length = 0;
  for (ssize_t got; (got = read(ends[0], message + length, size - 1 - length)) > 0;) length += (size_t)got;
  close(ends[0]);
  if (length > 0) message[length] = 0;
  return strcmp(message, "+") == 0;
}

/* True once the running agent's status shows the desired revision and renewal. */
static bool applied(const char *dir) {
  char *desired = read_text(dir, "desired"), *status = read_text(dir, "status");
  bool same = desired != NULL && status != NULL &&
              text_number(desired, "revision", 0) == text_number(status, "revision", -1) &&
              text_number(desired, "renewal", 0) == text_number(status, "renewal", -1);
  free(desired);
  free(status);
  return same;
}

int control_start(int argc, char **argv) {
  const char *name = argv[0], *dir = argv[1];
  char message[512] = "the one that runs there did not apply its desired state";
  for (int64_t deadline = mono_ns() + APPLY_NS; mono_ns() < deadline;) {
    if (lock_holder(dir) == 0) {
      if (launch(name, dir, argc - 2, argv + 2, message, sizeof message)) return print_status(dir);
      /* Somebody else's start may have been first. */
      if (lock_holder(dir) == 0) break;
    }
    if (!set_desired(dir, argc - 2, argv + 2)) {
      /* It may have ended just now and taken its directory with it. */
      if (errno == ENOENT) continue;
      snprintf(message, sizeof message, "its desired state cannot be written: %s", strerror(errno));
      break;
    }
    while (lock_holder(dir) != 0 && mono_ns() < deadline) {
      if (applied(dir)) return print_status(dir);
      sleep_ns(WAIT_STEP_NS);
    }
  }
  fprintf(stderr, "drover-agent %s: %s: %s\n", name, dir, message);
  return 1;
}

/* The desired state with one line replaced or added. */
static bool change_desired(const char *dir, const char *key, const char *value) {
  char *text = read_text(dir, "desired");
  if (text == NULL) return false;
  size_t size = strlen(text) + strlen(key) + strlen(value) + 3, key_length = strlen(key);
  char *changed = malloc(size), *at = changed;
  if (changed == NULL) {
    free(text);
    return false;
  }
  at += sprintf(at, "%s=%s\n", key, value);
  for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"))
    if (strncmp(line, key, key_length) != 0 || line[key_length] != '=') at += sprintf(at, "%s\n", line);
  bool written = write_text(dir, "desired", changed);
  free(text);
  free(changed);
  return written;
}

int control_renew(int argc, char **argv) {
  (void)argc;
  if (lock_holder(argv[0]) != 0) change_desired(argv[0], "renewal", argv[1]);
  return print_status(argv[0]);
}

int control_status(int argc, char **argv) {
  (void)argc;
  return print_status(argv[0]);
}

int control_stop(int argc, char **argv) {
  const char *dir = argv[0];
  long long patience_s = argc > 1 ? atoll(argv[1]) : DEFAULT_STOP_S;
  int64_t patience = (patience_s < 0 ? 0 : patience_s > MOST_SECONDS ? MOST_SECONDS : patience_s) * SECOND_NS;
  if (lock_holder(dir) != 0) change_desired(dir, "stop", "1");
  for (int64_t deadline = mono_ns() + patience; lock_holder(dir) != 0 && mono_ns() < deadline;) sleep_ns(WAIT_STEP_NS);
  long holder = lock_holder(dir);
  if (holder > 0) {
    kill((pid_t)holder, SIGKILL);
    for (int64_t deadline = mono_ns() + SECOND_NS; lock_holder(dir) != 0 && mono_ns() < deadline;) sleep_ns(WAIT_STEP_NS);
  }
  return print_status(dir);
}
