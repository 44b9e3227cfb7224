/* What a load achieved, second by second, and how it tells of itself. */
#include "load.h"

#include <stdio.h>

void note_achieved(struct achieved *achieved, double value) {
  achieved->values[achieved->seconds++ % ACHIEVED_SECONDS] = value;
}

double last_achieved(const struct achieved *achieved) {
  return achieved->seconds > 0 ? achieved->values[(achieved->seconds - 1) % ACHIEVED_SECONDS] : 0;
}

static size_t describe_achieved(char *text, size_t size, const struct achieved *achieved) {
  unsigned long long first = achieved->seconds > ACHIEVED_SECONDS ? achieved->seconds - ACHIEVED_SECONDS : 0;
  size_t length = 0;
  for (unsigned long long s = first; s < achieved->seconds && length + 16 < size; s++)
    length += (size_t)snprintf(text + length, size - length, "%s%.2f", s == first ? "" : ",",
                               achieved->values[s % ACHIEVED_SECONDS]);
  return length;
}

void tell_load(struct agent *agent, char *own, const char *problem, bool ready, const char *figures,
               const struct achieved *achieved) {
  size_t length = (size_t)snprintf(own, LOAD_STATUS_BYTES, "ready=%d\nproblem=%s\n%s", problem == NULL && ready,
                                   problem == NULL ? "" : problem, figures);
  length += describe_achieved(own + length, LOAD_STATUS_BYTES - length, achieved);
  snprintf(own + length, LOAD_STATUS_BYTES - length, "\n");
  agent_status(agent, own);
}
