// Danger: bitcode linked with a native object, which calls back into bitcode, has constructors, data and thread-locals;
// and a shared library.
#include <stdio.h>

int native_calls(int), library_calls(int (*)(int), int);
extern int native_data;
int called_by_native(int x) { return x * 2; }
int data_for_native = 40;
static int local(int x) { return x + 100; }

int main(int argc, char **argv) {
  printf("%d %d\n", native_calls(argc), native_data);
  printf("%d\n", library_calls(local, argc));
  return 0;
}
