// Danger: sizes of variables that are asked for where code is generated, and there the variables are only declared:
// known, static, weak, external and thread-local ones, inside and behind, the least and the most.
// cflags: -O0
// cflags: -O1
// cflags: -O2 -fno-builtin
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char array[40];
static struct { int number; char text[12]; } record;
__attribute__((weak)) char weak[16];
extern char **environ;
static _Thread_local char local[24];
const char constant[] = "constant";
static int zero_length[0];
static char *volatile where = array;

__attribute__((noinline)) size_t in_array(int i) { return __builtin_dynamic_object_size(array + i, 0); }
__attribute__((noinline)) size_t in_text(int i) { return __builtin_dynamic_object_size(record.text + i, 1); }
__attribute__((noinline)) size_t least(int i) { return __builtin_dynamic_object_size(i > 3 ? array + 4 : record.text, 2); }
__attribute__((noinline)) size_t most(int i) { return __builtin_object_size(i > 3 ? array + 4 : record.text, 0); }
__attribute__((noinline)) size_t heap(int n) {
  char *p = malloc(n);
  size_t size = __builtin_dynamic_object_size(p + 1, 0);
  free(p);
  return size;
}
__attribute__((noinline)) int is_constant(void) { return __builtin_constant_p(array[3]) * 2 + __builtin_constant_p(constant[2]); }

int main(int argc, char **argv) {
  printf("%zd %zd %zd %zd\n", in_array(argc), in_text(argc), least(argc), most(argc));
  printf("%zd %zd %zd\n", __builtin_object_size(array + 3, 0), __builtin_object_size(&record.number, 1), __builtin_object_size(weak, 0));
  printf("%zd %zd %zd\n", __builtin_object_size(&environ, 0), __builtin_object_size(local + 4, 0), __builtin_object_size(constant, 0));
  printf("%zd %zd %zd\n", __builtin_object_size(zero_length, 0), __builtin_dynamic_object_size(where, 0), __builtin_dynamic_object_size(array + 40 + argc, 0));
  printf("%zd %d\n", heap(argc + 30), is_constant());
  return 0;
}
