/* How much of its work a load that keeps a pace may do now. */
#include "load.h"

void earn_credit(struct credit *credit, double per_s, double at_least, int64_t longest_ns, int64_t now) {
  int64_t passed = now - credit->earned_ns, counted = passed < longest_ns ? passed : longest_ns;
  double most = per_s * (double)longest_ns / 1e9 + at_least;
  credit->earned_ns = now;
  credit->stalled_ns += passed - counted;
  credit->left += per_s * (double)counted / 1e9;
  if (credit->left > most) credit->left = most;
}
