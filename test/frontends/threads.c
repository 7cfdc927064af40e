// Loops and regions on several threads, of the run-time library of OpenMP.
#include <stdio.h>

int main(void) {
  long sum = 0;
  int threads = 0;
#pragma omp parallel for reduction(+ : sum) num_threads(4)
  for (int i = 0; i < 1000; i++)
    sum += i;
#pragma omp parallel num_threads(3)
#pragma omp atomic
  threads++;
  printf("%ld %d\n", sum, threads);
  return 5;
}
