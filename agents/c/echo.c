/* echo: answers well-formed probes on a UDP port with this machine's monotonic clock, and nothing else. */
#include "agent.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>


static int bind_port(int family, int port) {
  int fd = socket(family, SOCK_DGRAM, 0);
  if (fd < 0) return -1;
  struct sockaddr_in6 any6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
  struct sockaddr_in any4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int off = 0;
  if (family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  const struct sockaddr *any = family == AF_INET6 ? (struct sockaddr *)&any6 : (struct sockaddr *)&any4;
  if (bind(fd, any, family == AF_INET6 ? sizeof any6 : sizeof any4) == 0) return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

/* One socket for both families where the machine has IPv6; waiting on it ends in time for the next look at the desired state. */
static int open_socket(long long number) {
  int port = (int)number;
  if (number < 1 || number > UINT16_MAX) {
    errno = EINVAL;
    return -1;
  }
  int fd = bind_port(AF_INET6, port);
  if (fd < 0 && errno != EADDRINUSE) fd = bind_port(AF_INET, port);
  struct timeval patience = {.tv_usec = POLL_NS / 1000};
  if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return fd;
}

/* The first of the ports that nobody has; -1 with errno if there is none. */
static int open_first(long long first, long long count, long long *port) {
  for (*port = first; *port < first + count; ++*port) {
    int fd = open_socket(*port);
    if (fd >= 0 || errno != EADDRINUSE) return fd;
  }
  errno = EADDRINUSE;
  return -1;
}

/* One answer at most. It waits for the probe itself: an emulated guest pays dearly for every system call, and this
   makes two of them a probe. */
static void answer_one(int fd, unsigned long long *answered, unsigned long long *refused) {
  uint8_t packet[ANSWER_BYTES + 1];
  struct sockaddr_storage from;
  socklen_t from_length = sizeof from;
  ssize_t length = recvfrom(fd, packet, sizeof packet, 0, (struct sockaddr *)&from, &from_length);
  if (length < 0) return;
  if (length != PROBE_BYTES || get_u32(packet) != ECHO_MAGIC || get_u32(packet + 4) != ECHO_VERSION) {
    ++*refused;
    return;
  }
  put_u64(packet + PROBE_BYTES, (uint64_t)mono_ns());
  if (sendto(fd, packet, ANSWER_BYTES, MSG_DONTWAIT, (struct sockaddr *)&from, from_length) == ANSWER_BYTES) ++*answered;
}

/* Has it listen on one of the ports that are wanted; 0, or the agent's exit code if it cannot. */
static int listen_as_wanted(struct agent *agent, int *fd, long long *port) {
  long long first = text_number_within(agent->desired, "port", ECHO_PORT, 0, UINT32_MAX);
  long long count = text_number_within(agent->desired, "ports", 1, 1, UINT16_MAX);
  if (*port >= first && *port < first + count) return 0;
  if (*fd >= 0) close(*fd);
  *fd = open_first(first, count, port);
  if (*fd >= 0) return 0;
  agent->ended = "port not available";
  return agent_fail(agent, "UDP port %lld to %lld: %s", first, first + count - 1, strerror(errno));
}

int echo_run(struct agent *agent) {
  unsigned long long answered = 0, refused = 0;
  int fd = -1;
  long long port = -1;
  bool locked = lock_memory(0), realtime = run_in_real_time();
  char own[256] = "";
  for (int64_t poll_at = 0, status_at = 0;;) {
    int64_t now = mono_ns();
    if (now >= poll_at) {
      enum poll_result result = agent_poll(agent);
      if (result == POLL_END) break;
      int code = result == POLL_CHANGED ? listen_as_wanted(agent, &fd, &port) : 0;
      if (code != 0) {
        agent_close(agent, own);
        return code;
      }
      poll_at = now + POLL_NS;
      if (result == POLL_CHANGED) status_at = now;
    }
    if (now >= status_at) {
      snprintf(own, sizeof own, "port=%lld\nanswered=%llu\nrefused=%llu\nlocked=%d\nrealtime=%d\n", port, answered, refused,
               locked, realtime);
      agent_status(agent, own);
      status_at = now + SECOND_NS;
    }
    answer_one(fd, &answered, &refused);
  }
  close(fd);
  agent_close(agent, own);
  return 0;
}
