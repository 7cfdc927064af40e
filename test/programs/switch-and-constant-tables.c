// Danger: tables that optimisation or code generation makes: jump tables, lookup tables, string tables, constants of
// floating point: private names that repeat in every unit.
// cflags: -O2
// cflags: -O0
// cflags: -Os
#include <stdio.h>

#define FRESH __attribute__((noinline)) static
FRESH int jump(int x, int y) {
  switch (x) {
  case 0: return y + 1;
  case 1: return y * 3;
  case 2: return y - 7;
  case 3: return y << 2;
  case 4: return y ^ 5;
  case 5: return puts("five");
  case 6: return -y;
  default: return 0;
  }
}
FRESH int other_jump(int x, int y) {
  switch (x) {
  case 0: return y - 1;
  case 1: return y / 3;
  case 2: return y + 7;
  case 3: return y >> 2;
  case 4: return y & 5;
  case 5: return puts("other five");
  case 6: return ~y;
  default: return 1;
  }
}
FRESH int lookup(int x) {
  switch (x) {
  case 0: return 17;
  case 1: return 4;
  case 2: return 99;
  case 3: return -5;
  case 4: return 1000;
  default: return 3;
  }
}
FRESH const char *text(int x) {
  switch (x) {
  case 0: return "zero";
  case 1: return "one";
  case 2: return "two";
  case 3: return "three";
  default: return "many";
  }
}
FRESH double constant(double x) { return x * 3.14159 + 2.71828; }
FRESH double other_constant(double x) { return x * 1.41421 + 1.73205; }
int main(void) {
  for (int i = 0; i < 8; i++)
    printf("%d %d %d %s\n", jump(i, 20), other_jump(i, 20), lookup(i), text(i));
  printf("%g %g\n", constant(2), other_constant(2));
  return 0;
}
