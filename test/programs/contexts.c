// Danger: makecontext and swapcontext: first calls on stacks that are no thread's, and small.
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

static ucontext_t main_context, contexts[3];
static int order[20], count;

__attribute__((noinline)) static int fresh_0(int x) { return x; }
__attribute__((noinline)) static int fresh_1(int x) { return x * 10; }
__attribute__((noinline)) static int fresh_2(int x) { return x * 100; }
static int (*const fresh[])(int) = {fresh_0, fresh_1, fresh_2};

static void body(int self) {
  for (int i = 1; i <= 3; i++) {
    order[count++] = fresh[self](i);
    swapcontext(&contexts[self], &contexts[(self + 1) % 3]);
  }
}
int main(void) {
  for (int i = 0; i < 3; i++) {
    getcontext(&contexts[i]);
    contexts[i].uc_stack.ss_sp = malloc(16384);
    contexts[i].uc_stack.ss_size = 16384;
    contexts[i].uc_link = &main_context;
    makecontext(&contexts[i], (void (*)(void))body, 1, i);
  }
  swapcontext(&main_context, &contexts[0]);
  for (int i = 0; i < count; i++)
    printf("%d ", order[i]);
  puts("");
  return 0;
}
