// Danger: modules that call each other and use each other's data, both ways, with initialisers that cross.
#include <stdio.h>

int odd(int);
extern int b_total;
extern int b_values[];
int a_values[] = {1, 2, 3};
int *a_pointer = &b_values[1];
int even(int n) { return n == 0 ? 1 : odd(n - 1); }

int main(void) {
  printf("%d %d\n", even(10), even(7));
  printf("%d %d\n", *a_pointer, b_total);
  return 0;
}
