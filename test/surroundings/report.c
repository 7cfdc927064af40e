// Prints what a process has of those who started it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static void *thread(void *x) { return (char *)x + 1; }

__attribute__((noinline)) static void signals(const char *what, const sigset_t *set) {
  printf("%s:", what);
  for (int s = 1; s < 65; s++)
    if (sigismember(set, s) == 1)
      printf(" %d", s);
  puts("");
}

__attribute__((noinline)) static void descriptors(void) {
  printf("descriptors:");
  for (int fd = 0; fd < 4096; fd++) {
    struct stat st;
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0 || fstat(fd, &st))
      continue;
    printf(" %d/%x/%o", fd, flags, st.st_mode & S_IFMT);
  }
  int next = open("/dev/null", O_RDONLY);
  printf(", next %d\n", next);
}

int main(int argc, char **argv) {
  static char buffer[65536];
  setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  sigset_t set;
  sigprocmask(SIG_BLOCK, NULL, &set);
  signals("blocked", &set);
  sigpending(&set);
  signals("pending", &set);
  sigemptyset(&set);
  for (int s = 1; s < 65; s++) {
    struct sigaction a;
    if (!sigaction(s, NULL, &a) && a.sa_handler == SIG_IGN)
      sigaddset(&set, s);
  }
  signals("ignored", &set);
  descriptors();
  for (int r = 0; r < RLIM_NLIMITS; r++) {
    struct rlimit l;
    getrlimit(r, &l);
    printf("limit %d: %lld %lld\n", r, (long long)l.rlim_cur, (long long)l.rlim_max);
  }
  struct itimerval t = {{0, 0}, {0, 0}};
  getitimer(ITIMER_VIRTUAL, &t);
  printf("alarm %d, virtual timer %d\n", alarm(0) > 0, t.it_value.tv_sec > 0);
  int reaper = 0, death = 0;
  prctl(PR_GET_CHILD_SUBREAPER, &reaper);
  prctl(PR_GET_PDEATHSIG, &death);
  printf("nice %d, slack %d, reaper %d, death signal %d, dumpable %d\n", getpriority(PRIO_PROCESS, 0),
         prctl(PR_GET_TIMERSLACK), reaper, death, prctl(PR_GET_DUMPABLE));
  mode_t mask = umask(0);
  umask(mask);
  char folder[4096];
  printf("umask %o, leader of a group %d, of a session %d, folder %s\n", mask, getpgrp() == getpid(),
         getsid(0) == getpid(), getcwd(folder, sizeof folder));
  for (char **e = environ; *e; e++)
    printf("environment %s\n", *e);
  for (int i = 0; i < argc; i++)
    printf("argument %s\n", i ? argv[i] : "");
  int status;
  for (;;) { // children that were there before, in whatever order; only those that have ended
    pid_t child = waitpid(-1, &status, WNOHANG | __WALL);
    if (child <= 0) {
      printf("wait: %s\n", child ? strerror(errno) : "more");
      break;
    }
    printf("child ended: %d\n", WEXITSTATUS(status));
  }
  printf("memory %d %d\n", malloc(1 << 20) != NULL, malloc(100000) != NULL);
  pthread_t id;
  void *result = NULL;
  int error = pthread_create(&id, NULL, thread, &status);
  if (!error)
    pthread_join(id, &result);
  printf("thread %d %d\n", error, result == (char *)&status + 1);
  return fflush(stdout) ? 40 : 41;
}
