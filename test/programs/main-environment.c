// Danger: main's third argument is the environment, the same that getenv and environ see.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;
int main(int argc, char **argv, char **envp) {
  int same = 1, count = 0;
  for (char **e = envp; *e; e++, count++)
    same &= *e == environ[count];
  printf("%d %d\n", same, envp == environ);
  printf("%s\n", getenv("TEST_VARIABLE") ? getenv("TEST_VARIABLE") : "none");
  for (char **e = envp; *e; e++)
    puts(*e);
  setenv("NEW", "value", 1);
  printf("%s\n", getenv("NEW"));
  return 0;
}
