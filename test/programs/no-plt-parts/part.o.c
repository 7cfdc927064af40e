#include <stdlib.h>
extern int near_value;
int add(int x);
int part_value = 10, part_zero[100];
int (*pointer)(int) = abs;
__attribute__((noinline)) int part(int x) { return add(x + near_value); }
__attribute__((noinline)) static int jump(int x) { return add(x); }
int (*part_pointer(void))(int) { return jump(0) && &near_value != 0 ? pointer : abs; }
void part_at_exit(void (*f)(void)) { atexit(f); }
