int even(int);
extern int a_values[], *a_pointer;
int b_values[] = {10, 20, 30};
int *b_pointer = &a_values[2];
int **b_pointer_pointer = &a_pointer;
int b_total;
int odd(int n) { return n == 0 ? 0 : even(n - 1); }
__attribute__((constructor)) static void add(void) { b_total = *b_pointer + **b_pointer_pointer + b_values[2]; }
