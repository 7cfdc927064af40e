// Danger: the address of a label exists only where its function is emitted, so a table of labels (static here,
// in data that belongs to the module) must be emitted with the function. Lua's interpreter loop does this.
// cflags: -O2
// cflags: -O0
// cflags: -O2 -g
// cflags: -O0 -g
#include <stdio.h>

__attribute__((noinline)) static int triple(int x) { return 3 * x; }

__attribute__((noinline)) static int interpret(const unsigned char *code) {
  static const void *const table[] = {&&push, &&add, &&call, &&jump_if_less, &&stop};
  int accumulator = 0, rounds = 0;
  goto *table[*code++];
push:
  accumulator = *code++;
  goto *table[*code++];
add:
  accumulator += *code++;
  goto *table[*code++];
call:
  accumulator = triple(accumulator);
  goto *table[*code++];
jump_if_less:
  if (rounds++ < code[0])
    code -= code[1];
  else
    code += 2;
  goto *table[*code++];
stop:
  return accumulator;
}

// Differences of labels: no relocation, but constants only this function's emission can know.
__attribute__((noinline)) static int by_offset(int which) {
  static const int offsets[] = {&&zero - &&zero, &&one - &&zero, &&two - &&zero};
  goto *(&&zero + offsets[which]);
zero:
  return 10;
one:
  return triple(7);
two:
  return 30;
}

int main(void) {
  const unsigned char program[] = {0, 1, 1, 2, 2, 3, 5, 4, 4};
  printf("%d\n", interpret(program));
  for (int i = 0; i < 3; i++)
    printf("%d\n", by_offset(i));
  return 0;
}
