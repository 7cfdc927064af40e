// Danger: the address of a function is that of its stub, whose alignment is what the program sees: it keeps tags in the low
// bits of pointers, of functions aligned one by one, of aliases, and of all by a flag.
// cflags: -O1
// cflags: -O0 -falign-functions=128
// cflags: -Os -falign-functions=64
#include <stdint.h>
#include <stdio.h>

__attribute__((aligned(32), noinline)) static int a(int x) { return x + 1; }
__attribute__((aligned(4096), noinline)) int b(int x) { return x + 2; }
__attribute__((noinline)) int c(int x) { return x + 3; }
__attribute__((aligned(64), noinline)) int d(int x) { return x + 4; }
__attribute__((aligned(65536), noinline)) int uncalled(int x) { return x + 5; }
int e(int x) __attribute__((alias("d")));
typedef int function(int);
static struct { function *f; uintptr_t align; } table[] = {{a, 32}, {b, 4096}, {c, 16}, {d, 64}, {uncalled, 65536}, {e, 64}};

int main(int argc, char **argv) {
  for (int i = 0; i < 6; i++) {
    function *volatile f = table[i].f;
    uintptr_t tagged = (uintptr_t)f | i % 16;
    printf("%d %d\n", ((uintptr_t)f & (table[i].align - 1)) != 0, (int)(tagged & 15));
    if (i != 4)
      printf("%d\n", ((function *)(tagged & ~(uintptr_t)15))(argc));
  }
#ifdef __OPTIMIZE__
  return ((uintptr_t)c & 15) != 0;
#else
  return ((uintptr_t)main & 127) + ((uintptr_t)c & 127);
#endif
}
