/* What a load achieved, second by second, for its status. */
#include "load.h"

#include <stdio.h>

void note_achieved(struct achieved *achieved, double value) {
  achieved->values[achieved->seconds++ % ACHIEVED_SECONDS] = value;
}

double last_achieved(const struct achieved *achieved) {
  return achieved->seconds > 0 ? achieved->values[(achieved->seconds - 1) % ACHIEVED_SECONDS] : 0;
}

void describe_achieved(char *text, size_t size, const struct achieved *achieved) {
  unsigned long long first = achieved->seconds > ACHIEVED_SECONDS ? achieved->seconds - ACHIEVED_SECONDS : 0;
  size_t length = 0;
  text[0] = 0;
  for (unsigned long long s = first; s < achieved->seconds && length + 16 < size; s++)
    length += (size_t)snprintf(text + length, size - length, "%s%.2f", s == first ? "" : ",",
                               achieved->values[s % ACHIEVED_SECONDS]);
}
