/* virsh as a child: a libvirtd that hangs costs one sample, never the recorder. */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void become_virsh(int out, int error) {
  int null = open("/dev/null", O_RDONLY);
  dup2(null, 0);
  dup2(out, 1);
  dup2(error, 2);
  setpgid(0, 0);
  signal(SIGPIPE, SIG_DFL);
  signal(SIGHUP, SIG_DFL);
  setenv("LC_ALL", "C", 1);
  const char *path = getenv("PATH");
  char wider[2048];
  snprintf(wider, sizeof wider, "%s:/usr/sbin:/usr/bin:/sbin:/bin", path == NULL ? "" : path);
  setenv("PATH", path == NULL ? wider + 1 : wider, 1);
  execlp("virsh", "virsh", "-q", "-c", "qemu:///system", "domstats", "--nowait", (char *)NULL);
  dprintf(2, "virsh cannot be run: %s", strerror(errno));
  _exit(127);
}

/* A pipe that virsh does not inherit under its own numbers. */
static bool open_pipe(int ends[2]) {
#ifdef __linux__
  return pipe2(ends, O_CLOEXEC) == 0;
#else
  if (pipe(ends) != 0) return false;
  for (int end = 0; end < 2; end++) fcntl(ends[end], F_SETFD, FD_CLOEXEC);
  return true;
#endif
}

bool virsh_start(struct virsh *virsh, int64_t deadline_ns, char *reason) {
  int out[2], error[2];
  *virsh = (struct virsh){.out = -1, .error = -1, .deadline_ns = deadline_ns};
  if (!open_pipe(out)) {
    snprintf(reason, REASON_BYTES, "no pipe for virsh: %s", strerror(errno));
    return false;
  }
  if (!open_pipe(error)) {
    snprintf(reason, REASON_BYTES, "no pipe for virsh: %s", strerror(errno));
    close(out[0]);
    close(out[1]);
    return false;
  }
  virsh->pid = fork();
  if (virsh->pid == 0) become_virsh(out[1], error[1]);
  close(out[1]);
  close(error[1]);
  virsh->out = out[0];
  virsh->error = error[0];
  if (virsh->pid > 0) return true;
  snprintf(reason, REASON_BYTES, "no process for virsh: %s", strerror(errno));
  virsh_end(virsh);
  return false;
}

/* What can be read now; closes the pipe at its end. */
static void take(int *fd, struct text *into) {
  char bytes[16384];
  ssize_t got = read(*fd, bytes, sizeof bytes);
  /* One that never ends must not take the host's memory: it is refused as too long. */
  if (got > 0 && into->length > LARGEST_FRAME) return;
  if (got > 0) text_add(into, bytes, (size_t)got);
  else if (got == 0 || errno != EINTR) {
    close(*fd);
    *fd = -1;
  }
}

static enum virsh_state judge(struct virsh *virsh, int status, char *reason) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && !virsh->said.failed && virsh->said.length <= LARGEST_FRAME)
    return VIRSH_DONE;
  const char *complaint = virsh->complaint.bytes == NULL ? "" : virsh->complaint.bytes;
  if (WIFSIGNALED(status)) snprintf(reason, REASON_BYTES, "virsh was ended by signal %d", WTERMSIG(status));
  else if (WEXITSTATUS(status) == 0) snprintf(reason, REASON_BYTES, "virsh said more than can be kept");
  else snprintf(reason, REASON_BYTES, "virsh failed with %d: %.200s", WEXITSTATUS(status), complaint);
  return VIRSH_FAILED;
}

enum virsh_state virsh_follow(struct virsh *virsh, int wait_ms, char *reason) {
  struct pollfd ready[2] = {{.fd = virsh->out, .events = POLLIN}, {.fd = virsh->error, .events = POLLIN}};
  if (virsh->out >= 0 || virsh->error >= 0) {
    poll(ready, 2, wait_ms);
    if (ready[0].revents != 0) take(&virsh->out, &virsh->said);
    if (ready[1].revents != 0) take(&virsh->error, &virsh->complaint);
  }
  int status;
  if (virsh->out < 0 && virsh->error < 0) {
    pid_t ended = waitpid(virsh->pid, &status, WNOHANG);
    if (ended == virsh->pid) {
      virsh->pid = 0;
      return judge(virsh, status, reason);
    }
    sleep_ns(1000000);
  }
  if (mono_ns() < virsh->deadline_ns) return VIRSH_RUNS;
  snprintf(reason, REASON_BYTES, "virsh did not answer in time");
  return VIRSH_FAILED;
}

void virsh_end(struct virsh *virsh) {
  if (virsh->pid > 0) {
    /* Its group may not exist yet. */
    kill(-virsh->pid, SIGKILL);
    kill(virsh->pid, SIGKILL);
    while (waitpid(virsh->pid, NULL, 0) < 0 && errno == EINTR) {
    }
  }
  if (virsh->out >= 0) close(virsh->out);
  if (virsh->error >= 0) close(virsh->error);
  text_free(&virsh->said);
  text_free(&virsh->complaint);
  *virsh = (struct virsh){.out = -1, .error = -1};
}
