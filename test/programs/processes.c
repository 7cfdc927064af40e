// Danger: posix_spawn, system, popen and exec start other programs with sound signals and descriptors.
#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(void) {
  int status = system("echo from system; exit 3");
  printf("%d\n", WEXITSTATUS(status));
  fflush(stdout);

  FILE *pipe = popen("printf 'a b c\\n'; ls -1 /proc/self/fd | wc -l", "r");
  char line[100];
  while (fgets(line, sizeof line, pipe))
    fputs(line, stdout);
  printf("%d\n", pclose(pipe));
  fflush(stdout);

  char *argv[] = {"sh", "-c", "echo spawned; kill -TERM $$", 0};
  pid_t child;
  if (posix_spawn(&child, "/bin/sh", 0, 0, argv, environ) == 0) {
    waitpid(child, &status, 0);
    printf("%d\n", WTERMSIG(status));
  }

  // Inherited dispositions: SIGPIPE must be at its default in children.
  status = system("yes | head -1");
  printf("%d\n", WEXITSTATUS(status));
  fflush(stdout);
  execlp("echo", "echo", "executed", (char *)0);
  return 1;
}
