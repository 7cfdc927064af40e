// Danger: target_clones makes an ifunc whose resolver reads __cpu_model, which lives in libgcc.a only (hidden), as
// does __cpu_indicator_init.
#include <stdio.h>

__attribute__((target_clones("avx512f", "avx2", "sse4.2", "default"))) int sum(const int *p, int n) {
  int s = 0;
  for (int i = 0; i < n; i++)
    s += p[i] * i;
  return s;
}

int main(void) {
  int values[1000];
  for (int i = 0; i < 1000; i++)
    values[i] = i ^ 5;
  printf("%d\n", sum(values, 1000));
  __builtin_cpu_init();
  printf("%d %d\n", __builtin_cpu_supports("sse2") != 0, __builtin_cpu_supports("avx2") != 0);
  printf("%d\n", __builtin_cpu_is("intel") || __builtin_cpu_is("amd") || 1);
  return 0;
}
