// Danger: loads, calls and jumps through the offset table, in bitcode and in a native object, of what lies near (the other's
// functions and variables) and far (the library's): only the near ones can become direct.
// cflags: -O0 -fPIC -fno-plt
// cflags: -O2 -fPIC -fno-plt
// cflags: -O2 -fPIC -fno-plt -ffunction-sections -fdata-sections
// cflags: -O2 -fPIC -fno-plt -Wa,-mrelax-relocations=no
#include <stdio.h>
#include <stdlib.h>
int near_value = 3;
extern int part_value, part_zero[100];
int part(int x);
int (*part_pointer(void))(int);
void part_at_exit(void (*f)(void));
int add(int x) { return x + near_value; }
static void bye(void) { printf("bye %d\n", part_value); }
int main(void) {
  part_at_exit(bye);
  part_value += part(5);
  part_zero[99] = part_pointer() == abs;
  printf("%d %d %d %d\n", part_value, part_zero[99], part_pointer()(-4), part_pointer() == abs);
  return 0;
}
