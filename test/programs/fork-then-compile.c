// Danger: after fork the child has one thread and no compiler's threads; it and its parent make first calls of the
// same and of other functions, and each sees its own data.
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int state = 1;
__attribute__((noinline)) static int both(int x) { return x + state; }
__attribute__((noinline)) static int only_child(int x) { return x * 2 + state; }
__attribute__((noinline)) static int only_parent(int x) { return x * 3 + state; }
__attribute__((noinline)) static int grandchild(int x) { return x * 4 + state; }
static void handler(void) { puts("exit handler"); }

int main(int argc, char **argv) {
  pid_t child = fork();
  if (child == 0) {
    state = 10;
    pid_t second = fork();
    if (second == 0) {
      state = 20;
      printf("grandchild %d %d\n", grandchild(argc), both(argc));
      return 5;
    }
    int status;
    waitpid(second, &status, 0);
    printf("child %d %d %d\n", only_child(argc), both(argc), WEXITSTATUS(status));
    return 6;
  }
  int status;
  waitpid(child, &status, 0);
  printf("parent %d %d %d\n", only_parent(argc), both(argc), WEXITSTATUS(status));
  printf("later %d\n", grandchild(2));
  return 0;
}
