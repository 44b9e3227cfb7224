/* drover-agent: what measures and loads while nobody watches.
 *   drover-agent echo|cpu|lock|dirty|probe|record DIRECTORY      run here, in the foreground
 *   drover-agent start NAME DIRECTORY [KEY=VALUE...]    set the desired state, run detached if it does not run yet
 *   drover-agent renew DIRECTORY RENEWAL                prolong its lease
 *   drover-agent status DIRECTORY
 *   drover-agent stop DIRECTORY [SECONDS]               end it, by force after so many seconds
 *   drover-agent read DIRECTORY SEGMENT OFFSET [MOST]   what a recorder wrote, from there on
 *   drover-agent clock                                  this machine's clocks */
#include "agent.h"

#include <stdio.h>
#include <string.h>

agent_run agent_named(const char *name) {
  if (strcmp(name, "echo") == 0) return echo_run;
  if (strcmp(name, "cpu") == 0) return cpu_run;
  if (strcmp(name, "lock") == 0) return lock_run;
  if (strcmp(name, "dirty") == 0) return dirty_run;
  if (strcmp(name, "probe") == 0) return probe_run;
  if (strcmp(name, "record") == 0) return record_run;
  return NULL;
}

static int usage(void) {
  fprintf(stderr, "usage: drover-agent echo|cpu|lock|dirty|probe|record DIR | start NAME DIR [KEY=VALUE...] | renew DIR RENEWAL | "
                  "status DIR | stop DIR [SECONDS] | read DIR SEGMENT OFFSET [MOST] | clock\n");
  return 2;
}

int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "clock") == 0) return control_clock();
  if (argc < 3) return usage();
  const char *command = argv[1];
  if (strcmp(command, "start") == 0) return argc < 4 || agent_named(argv[2]) == NULL ? usage() : control_start(argc - 2, argv + 2);
  if (strcmp(command, "renew") == 0) return argc != 4 ? usage() : control_renew(argc - 2, argv + 2);
  if (strcmp(command, "status") == 0) return control_status(argc - 2, argv + 2);
  if (strcmp(command, "stop") == 0) return control_stop(argc - 2, argv + 2);
  if (strcmp(command, "read") == 0) return argc < 5 ? usage() : control_read(argc - 2, argv + 2);
  agent_run run = agent_named(command);
  if (run == NULL) return usage();
  struct agent agent = {.ready_fd = -1};
  return agent_open(&agent, command, argv[2]) ? run(&agent) : 1;
}
