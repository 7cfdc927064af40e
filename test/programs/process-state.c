// Danger: descriptors, limits, children and the environment are what a native program finds.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(void) {
  printf("%d\n", open("/dev/null", O_RDONLY));
  for (int i = 0; i < 16; i++) {
    struct rlimit limit;
    getrlimit(i, &limit);
    printf("%d %llu %llu\n", i, (unsigned long long)limit.rlim_cur, (unsigned long long)limit.rlim_max);
  }
  printf("%d %d\n", waitpid(-1, 0, WNOHANG), errno == ECHILD);
  for (char **e = environ; *e; e++)
    if (strncmp(*e, "ORCAST", 6) == 0)
      puts(*e);
  printf("%o\n", umask(0));
  printf("%d\n", getpriority(PRIO_PROCESS, 0));
  return 0;
}
