// Danger: exceptions go through frames of all sizes, which keep registers of their callers below their variables: at
// 128 words and more the place takes more than a byte in the unwinding table.
// cflags: -O2
// cflags: -O0
#include <cstdio>
#include <cstring>

static volatile long seed = 3;

__attribute__((noinline)) static long thrower(char *at, long n) {
  at[n] = (char)n;
  if (n > 3)
    throw n;
  return at[n] + seed;
}

// Values that live in loops around calls are in registers which callees keep, and so are the caller's.
template <int size> __attribute__((noinline)) static long middle(long a, long b, long c, long d, long e) {
  char room[size];
  memset(room, 1, size);
  long sum = 0;
  for (long i = 0; i < e; i++)
    sum += thrower(room, i) * a + b * c - d * i;
  return sum + room[size - 1];
}

template <int size> __attribute__((noinline)) static long outer(long rounds) {
  long a = seed, b = seed + 1, c = seed + 2, d = seed + 3, sum = 0;
  for (long i = 0; i < rounds; i++) {
    try {
      sum += middle<size>(a, b, c, d, i);
    } catch (long n) {
      sum += n * 1000;
    }
    a += b, b ^= c, c += d, d = d * 3 + i;
  }
  return sum + a + b + c + d;
}

int main() {
  printf("%ld %ld %ld\n", outer<8>(7), outer<900>(7), outer<1000>(7));
  printf("%ld %ld %ld\n", outer<1100>(7), outer<2100>(7), outer<5000>(7));
  printf("%ld %ld\n", outer<140000>(7), outer<1100000>(7));
  return 0;
}
