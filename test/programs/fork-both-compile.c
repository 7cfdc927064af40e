// Danger: parent and child make the same first calls at the same time.
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile unsigned sink;
#define BODY(n) \
  __attribute__((noinline)) static unsigned f##n(unsigned x) { \
    sink += n; \
    return x * 17 + n; \
  }
#define TEN(F, n) F(n##0) F(n##1) F(n##2) F(n##3) F(n##4) F(n##5) F(n##6) F(n##7) F(n##8) F(n##9)
#define FIFTY(F) TEN(F, 1) TEN(F, 2) TEN(F, 3) TEN(F, 4) TEN(F, 5)
#define ENTRY(n) f##n,
FIFTY(BODY)
static unsigned (*const table[])(unsigned) = {FIFTY(ENTRY)};

int main(void) {
  pid_t children[4];
  for (int i = 0; i < 4; i++) {
    children[i] = fork();
    if (children[i] == 0) {
      unsigned sum = 0;
      for (int j = 0; j < 50; j++)
        sum += table[j](j);
      _exit(sum % 251);
    }
  }
  unsigned sum = 0;
  for (int j = 0; j < 50; j++)
    sum += table[j](j);
  for (int i = 0; i < 4; i++) {
    int status;
    waitpid(children[i], &status, 0);
    printf("%d\n", WIFEXITED(status) && WEXITSTATUS(status) == (int)(sum % 251));
  }
  printf("%u\n", sum);
  return 0;
}
