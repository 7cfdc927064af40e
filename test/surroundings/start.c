// Starts a program in surroundings: start SURROUNDING... -- PROGRAM ARG... (see below for the words).
#define _GNU_SOURCE
#include <fcntl.h>
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

static int number(const char **word) {
  const char *colon = strchr(*word, ':');
  *word = colon ? colon + 1 : "";
  return atoi(*word);
}

static void limit(int which, const char *value, int hard) {
  struct rlimit l;
  getrlimit(which, &l);
  l.rlim_cur = (rlim_t)atoll(value);
  if (hard)
    l.rlim_max = l.rlim_cur;
  if (setrlimit(which, &l))
    perror("setrlimit"), exit(99);
}

static int is(const char *word, const char *name) {
  size_t n = strlen(name);
  return strncmp(word, name, n) == 0 && (word[n] == 0 || word[n] == ':');
}

int main(int argc, char **argv) {
  sigset_t blocked;
  sigemptyset(&blocked);
  int i = 1;
  for (; i < argc && strcmp(argv[i], "--"); i++) {
    const char *w = argv[i];
    if (is(w, "block"))
      sigaddset(&blocked, number(&w));
    else if (is(w, "block-all"))
      sigfillset(&blocked);
    else if (is(w, "ignore"))
      signal(number(&w), SIG_IGN);
    else if (is(w, "alarm"))
      alarm((unsigned)number(&w));
    else if (is(w, "itimer"))
      setitimer(ITIMER_VIRTUAL, &(struct itimerval){{0, 0}, {number(&w), 0}}, NULL);
    else if (is(w, "open")) {
      int fd = number(&w), got = open("/dev/null", O_RDWR);
      dup2(got, fd);
      if (got != fd)
        close(got);
    } else if (is(w, "close"))
      close(number(&w));
    else if (is(w, "limit") || is(w, "soft")) { // limit:NUMBER:VALUE
      int hard = is(w, "limit"), which = number(&w);
      number(&w);
      limit(which, w, hard);
    } else if (is(w, "nice"))
      setpriority(PRIO_PROCESS, 0, number(&w));
    else if (is(w, "slack"))
      prctl(PR_SET_TIMERSLACK, number(&w));
    else if (is(w, "umask"))
      umask((mode_t)number(&w));
    else if (is(w, "environment")) // an entry without a name, and two of one name
      environ = (char *[]){"", "TWICE=1", "A=", "TWICE=2", "=", NULL};
    else if (is(w, "reaper"))
      prctl(PR_SET_CHILD_SUBREAPER, 1);
    else if (is(w, "group"))
      setpgid(0, 0);
    else if (is(w, "session"))
      setsid();
    else if (is(w, "child")) { // one that lives on, and one that has ended
      int ends[2];
      pipe(ends);
      if (fork() == 0) {
        close(ends[1]);
        read(ends[0], ends, 1); // ends with its parent
        _exit(7);
      }
      close(ends[0]);
      fcntl(ends[1], F_SETFD, 0);
      pid_t ended = fork();
      if (ended == 0)
        _exit(8);
      waitid(P_PID, (id_t)ended, NULL, WEXITED | WNOWAIT);
    } else
      fprintf(stderr, "start: %s?\n", w), exit(99);
  }
  chdir("/usr/lib");
  sigprocmask(SIG_BLOCK, &blocked, NULL);
  execvp(argv[i + 1], argv + i + 1);
  perror(argv[i + 1]);
  return 99;
}
