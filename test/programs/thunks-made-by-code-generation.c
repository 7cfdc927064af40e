// Danger: code generation itself adds functions (retpoline thunks), of the same name in every unit.
// cflags: -O2 -mretpoline
#include <stdio.h>

__attribute__((noinline)) static int one(int x) { return x + 1; }
__attribute__((noinline)) static int two(int x) { return x + 2; }
static int (*volatile table[])(int) = {one, two};
__attribute__((noinline)) static int first(int i) { return table[i](i); }
__attribute__((noinline)) static int second(int i) { return table[1 - i](i) * 2; }
__attribute__((noinline)) static const char *by_switch(int i) {
  switch (i) {
  case 0: return "zero";
  case 1: return "one";
  case 2: return "two";
  case 3: return "three";
  case 4: puts("four"); return "4";
  case 5: puts("five"); return "5";
  case 6: puts("six"); return "6";
  }
  return "other";
}
int main(void) {
  printf("%d %d %d %d\n", first(0), first(1), second(0), second(1));
  for (int i = 0; i < 8; i++)
    puts(by_switch(i));
  return 0;
}
