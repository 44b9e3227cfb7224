#include "probe.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LATE_NS 20000000ll
#define IDLE_NS 50000000ll
#define SEQ_BITS 48
#define RECEIVED_AT_ONCE 256

struct outstanding {
  int64_t due_ns, sent_ns, answered_ns, guest_ns;
};

struct flow {
  struct probe_target target;
  struct outstanding *ring;
  uint32_t mask, head, tail; /* also the sequence numbers */
  int64_t due_ns;
};

struct sending {
  struct sender *shared;
  struct probe_plan *plan;
  struct flow flows[MOST_TARGETS];
  size_t count;
  int sockets[2]; /* IPv4, IPv6 */
};

static void emit(struct sender *shared, const struct record *record) {
  struct record_queue *queue = &shared->queue;
  unsigned head = atomic_load_explicit(&queue->head, memory_order_relaxed);
  if (head - atomic_load_explicit(&queue->tail, memory_order_acquire) >= QUEUE_RECORDS) {
    atomic_fetch_add(&queue->overflowed, 1);
    return;
  }
  queue->records[head % QUEUE_RECORDS] = *record;
  atomic_store_explicit(&queue->head, head + 1, memory_order_release);
}

static uint32_t microseconds(int64_t ns) {
  int64_t us = (ns + 500) / 1000;
  return us < 0 ? 0 : us >= (int64_t)NO_ANSWER ? NO_ANSWER - 1 : (uint32_t)us;
}

/* Hands over what is resolved, in the order of sending. */
static void resolve(struct sender *shared, struct flow *flow, int64_t now) {
  for (; flow->tail != flow->head; flow->tail++) {
    const struct outstanding *probe = &flow->ring[flow->tail & flow->mask];
    bool answered = probe->answered_ns != 0;
    if (!answered && now - probe->sent_ns <= RESOLVE_NS) break;
    struct record record = {
        .target = flow->target.id,
        .seq = flow->tail,
        .due_ns = probe->due_ns,
        .lateness_us = microseconds(probe->sent_ns - probe->due_ns),
        .rtt_us = answered ? microseconds(probe->answered_ns - probe->sent_ns) : NO_ANSWER,
        .guest_ns = probe->guest_ns,
    };
    emit(shared, &record);
    atomic_fetch_add(answered ? &shared->answered : &shared->lost, 1);
    if (answered && probe->answered_ns - probe->sent_ns > LATE_NS) atomic_fetch_add(&shared->late, 1);
  }
}

static void send_one(struct sending *sending, struct flow *flow) {
  struct sender *shared = sending->shared;
  uint8_t packet[PROBE_BYTES];
  int fd = sending->sockets[flow->target.address.ss_family == AF_INET6];
  int64_t sent = mono_ns(), lateness = sent - flow->due_ns;
  put_u32(packet, ECHO_MAGIC);
  put_u32(packet + 4, ECHO_VERSION);
  put_u64(packet + 8, (uint64_t)flow->target.id << SEQ_BITS | flow->head);
  put_u64(packet + 16, (uint64_t)sent);
  flow->ring[flow->head & flow->mask] = (struct outstanding){.due_ns = flow->due_ns, .sent_ns = sent};
  flow->head++;
  const struct sockaddr *to = (const struct sockaddr *)&flow->target.address;
  if (sendto(fd, packet, sizeof packet, MSG_DONTWAIT, to, flow->target.address_length) != (ssize_t)sizeof packet)
    atomic_fetch_add(&shared->send_errors, 1);
  atomic_fetch_add(&shared->sent, 1);
  if (lateness > atomic_load(&shared->worst_lateness_ns)) atomic_store(&shared->worst_lateness_ns, lateness);
}

/* Open loop: what is due is sent whatever was answered. After a stall the first missed probe goes out with its whole
   lateness on record; the other missed ones would only be a burst and are counted as skipped. */
static void send_due(struct sending *sending, struct flow *flow) {
  int64_t now = mono_ns(), period = sending->plan->period_ns;
  if (flow->due_ns > now || flow->head - flow->tail > flow->mask) return;
  send_one(sending, flow);
  int64_t missed = (now - flow->due_ns) / period;
  flow->due_ns += (missed + 1) * period;
  if (missed > 0) atomic_fetch_add(&sending->shared->skipped, (unsigned long long)missed);
}

static struct flow *flow_of(struct sending *sending, unsigned id) {
  for (size_t i = 0; i < sending->count; i++)
    if (sending->flows[i].target.id == id) return &sending->flows[i];
  return NULL;
}

/* When the kernel received it, on the monotonic clock: a starved prober reads late, but measures no later. */
static int64_t received_ns(struct msghdr *message) {
  int64_t now = mono_ns();
#ifdef SCM_TIMESTAMPNS
  for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL; part = CMSG_NXTHDR(message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
    struct timespec stamp;
    memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
    int64_t age = real_ns() - ((int64_t)stamp.tv_sec * SECOND_NS + stamp.tv_nsec);
    if (age >= 0 && age < RESOLVE_NS) return now - age;
  }
#else
  (void)message;
#endif
  return now;
}

static bool receive_one(struct sending *sending, int fd) {
  uint8_t packet[ANSWER_BYTES + 1], control[128];
  struct iovec part = {.iov_base = packet, .iov_len = sizeof packet};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  ssize_t length = recvmsg(fd, &message, MSG_DONTWAIT);
  if (length < 0) return errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR;
  if (length != ANSWER_BYTES || get_u32(packet) != ECHO_MAGIC || get_u32(packet + 4) != ECHO_VERSION) return true;
  uint64_t seq = get_u64(packet + 8);
  struct flow *flow = flow_of(sending, (unsigned)(seq >> SEQ_BITS));
  uint32_t number = (uint32_t)seq;
  if (flow == NULL || number - flow->tail >= flow->head - flow->tail) return true;
  struct outstanding *probe = &flow->ring[number & flow->mask];
  if (probe->answered_ns != 0 || (uint64_t)probe->sent_ns != get_u64(packet + 16)) return true;
  int64_t received = received_ns(&message);
  probe->answered_ns = received > probe->sent_ns ? received : probe->sent_ns + 1;
  probe->guest_ns = (int64_t)get_u64(packet + PROBE_BYTES);
  return true;
}

static void receive_all(struct sending *sending) {
  for (int s = 0; s < 2; s++)
    while (sending->sockets[s] >= 0 && receive_one(sending, sending->sockets[s])) {
    }
}

static int open_socket(int family) {
  int fd = socket(family, SOCK_DGRAM, 0);
#ifdef SO_TIMESTAMPNS
  int on = 1;
  if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
#endif
  int room = 4 << 20;
  if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  return fd;
}

static uint32_t ring_size(int64_t period_ns) {
  uint32_t size = 64;
  while ((int64_t)size * period_ns < RESOLVE_NS + SECOND_NS) size *= 2;
  return size;
}

static bool same_target(const struct probe_target *a, const struct probe_target *b) {
  return a->id == b->id && a->address_length == b->address_length && memcmp(&a->address, &b->address, a->address_length) == 0;
}

/* Targets that stay go on without a break, unless the period changed. */
static void take_plan(struct sending *sending, struct probe_plan *plan) {
  static struct flow fresh[MOST_TARGETS];
  bool same_period = sending->plan != NULL && sending->plan->period_ns == plan->period_ns;
  int64_t start = mono_ns();
  size_t count = 0;
  for (size_t i = 0; i < plan->count; i++) {
    const struct probe_target *target = &plan->targets[i];
    struct flow *old = flow_of(sending, target->id), *flow = &fresh[count];
    if (old != NULL && same_period && same_target(&old->target, target)) {
      *flow = *old;
      old->ring = NULL;
    } else {
      uint32_t size = ring_size(plan->period_ns);
      /* The phases are spread over the period, so that targets do not disturb each other. */
      *flow = (struct flow){.target = *target, .mask = size - 1, .due_ns = start + plan->period_ns * (int64_t)i / (int64_t)plan->count};
      /* Numbers only grow, also from one run of the prober to the next, since at most one is used up a millisecond. */
      if (plan->seq_origin_ms > 0) flow->head = flow->tail = (uint32_t)(real_ns() / 1000000 - plan->seq_origin_ms);
      /* The sequence goes on, so that what was still outstanding shows as a hole in it. */
      if (old != NULL && (int32_t)(old->head - flow->head) >= 0) flow->head = flow->tail = old->head + 1;
      flow->ring = calloc(size, sizeof *flow->ring);
      if (flow->ring == NULL) continue;
    }
    count++;
  }
  for (size_t i = 0; i < sending->count; i++) free(sending->flows[i].ring);
  memcpy(sending->flows, fresh, count * sizeof *fresh);
  sending->count = count;
  free(sending->plan);
  sending->plan = plan;
}

static bool all_resolved(const struct sending *sending) {
  for (size_t i = 0; i < sending->count; i++)
    if (sending->flows[i].head != sending->flows[i].tail) return false;
  return true;
}

static void wait_until(struct sending *sending, int64_t until) {
  struct pollfd ready[2] = {{.fd = sending->sockets[0], .events = POLLIN}, {.fd = sending->sockets[1], .events = POLLIN}};
  int64_t left = until - mono_ns();
  if (left < 0) left = 0;
#ifdef __linux__
  struct timespec timeout = {.tv_sec = (time_t)(left / SECOND_NS), .tv_nsec = (long)(left % SECOND_NS)};
  ppoll(ready, 2, &timeout, NULL);
#else
  poll(ready, 2, (int)(left / 1000000));
#endif
  for (int s = 0; s < 2; s++)
    for (int n = 0; (ready[s].revents & POLLIN) != 0 && n < RECEIVED_AT_ONCE && receive_one(sending, ready[s].fd); n++) {
    }
}

void *send_probes(void *argument) {
  struct sender *shared = argument;
  static struct sending sending;
  sending.shared = shared;
  sending.sockets[0] = open_socket(AF_INET);
  sending.sockets[1] = open_socket(AF_INET6);
  atomic_store(&shared->realtime, run_in_real_time());
  atomic_store(&shared->started, true);
  for (int64_t turned = mono_ns();;) {
    /* After a stall answers wait that came in time: they are read before anything is given up as lost. */
    if (mono_ns() - turned > SECOND_NS) receive_all(&sending);
    turned = mono_ns();
    struct probe_plan *plan = atomic_exchange(&shared->next_plan, NULL);
    if (plan != NULL) take_plan(&sending, plan);
    bool stop = atomic_load(&shared->stop);
    int64_t next = mono_ns() + IDLE_NS;
    for (size_t i = 0; i < sending.count; i++) {
      struct flow *flow = &sending.flows[i];
      resolve(shared, flow, mono_ns());
      if (stop) continue;
      send_due(&sending, flow);
      if (flow->due_ns < next) next = flow->due_ns;
    }
    if (stop && all_resolved(&sending)) break;
    wait_until(&sending, next);
  }
  for (int s = 0; s < 2; s++)
    if (sending.sockets[s] >= 0) close(sending.sockets[s]);
  atomic_store(&shared->stopped, true);
  return NULL;
}
