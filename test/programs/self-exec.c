// A program that executes itself again finds its arguments, its environment and its name, whichever function it uses.
#define _GNU_SOURCE
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char self[] = "/proc/self/exe";

static void execute(int how) {
  char *argv[] = {"a name", "child", "", "-h", "--", "last", NULL}, *env[] = {"ONLY=this", NULL};
  switch (how) {
  case 0: execv(self, argv); break;
  case 1: execve(self, argv, env); break;
  case 2: execvp(self, argv); break;
  case 3: execvpe(self, argv, env); break;
  case 4: execl(self, "a name", "child", "one", NULL); break;
  case 5: execlp(self, "a name", "child", NULL); break;
  case 6: execle(self, "a name", "child", "two", "three", NULL, env); break;
  }
  _exit(99);
}

int main(int argc, char **argv) {
  if (argc > 1) {
    for (int i = 0; i < argc; i++)
      printf(" '%s'", argv[i]);
    printf(" %s %d\n", getenv("ONLY") ? getenv("ONLY") : "-", getenv("PATH") != NULL);
    return argc + 40;
  }
  int status;
  for (int how = 0; how < 7; how++) {
    pid_t child = how % 2 ? fork() : vfork();
    if (child == 0)
      execute(how);
    waitpid(child, &status, 0);
    printf("%d: %d\n", how, WEXITSTATUS(status));
    fflush(stdout);
  }
  char *args[] = {"spawned", "child", NULL}, *other[] = {"sh", "-c", "echo something else", NULL};
  pid_t child;
  for (int i = 0; i < 4; i++) {
    int error = i % 2 ? posix_spawnp(&child, i < 2 ? self : "sh", NULL, NULL, i < 2 ? args : other, environ)
                      : posix_spawn(&child, i < 2 ? self : "/bin/sh", NULL, NULL, i < 2 ? args : other, environ);
    waitpid(child, &status, 0);
    printf("spawn %d: %d %d\n", i, error, WEXITSTATUS(status));
    fflush(stdout);
  }
  printf("not there: %d\n", execl("/not/there", "x", NULL));
  fflush(stdout);
  execl(self, argv[0], "the end", NULL);
  return 1;
}
