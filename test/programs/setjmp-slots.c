// cflags: -O0
// cflags: -O1
// cflags: -O2
// What lives across a setjmp is found again when it returns a second time, although the code after it needed the room.
#include <setjmp.h>
#include <stdio.h>

static jmp_buf back;
static volatile int depth;

__attribute__((noinline)) static double use(double x, long y) { return x * 3 + y; }
__attribute__((noinline)) static void leave(int n) {
  if (n >= 0)
    longjmp(back, n + 1);
}

__attribute__((noinline)) static double many(double a, double b, long c, long d, int n) {
  double e = use(a, c), f = use(b, d), g = use(e, c), h = use(f, d), i = use(g, d), j = use(h, c);
  long k = c * d, l = c + d, m = c - d, o = c ^ d, p = k % 7, q = l % 5, r = m % 3;
  int again = setjmp(back);
  if (again)
    return a + b + c + d + e + f + g + h + i + j + k + l + m + o + p + q + r + again;
  double s = use(j, r), t = use(s, q), u = use(t, p), v = use(u, o), w = use(v, m), x = use(w, l), y = use(x, k);
  printf("%g %g %g %g\n", s, t, u, v);
  leave(n);
  return s + t + u + v + w + x + y;
}

__attribute__((noinline)) static long loop(int n) {
  long sum = 0;
  for (int i = 0; i < n; i++) {
    long before = use(i, n);
    int again = setjmp(back);
    if (again) {
      sum += before * again;
      continue;
    }
    long after = use(before, i), more = use(after, i);
    depth = (int)(after ^ more);
    leave(i % 3 - 1);
    sum += after + more;
  }
  return sum;
}

int main(void) {
  for (int n = -1; n < 3; n++)
    printf("%g\n", many(1.5, -2.25, 17, 4, n));
  printf("%ld\n", loop(20));
  return 0;
}
