#include <stdio.h>
#include <stdlib.h>
extern int host_value, host_zero[], part_value;
extern __thread int host_thread;
int host_add(int, int), host_alias(int, int), part_double(int);
int (*in_data)(int, int) = host_alias;
int extension_run(void) {
  host_value = 7, host_zero[999] = 8, part_value++, host_thread++;
  printf("extension %d %d\n", host_zero[0], atoi("12345"));
  return host_add(40, 2) + part_double(100) + in_data(1000, 0);
}
