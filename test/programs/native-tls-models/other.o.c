// own-cflags: -ffunction-sections -fdata-sections
#include "all.h"
__thread int in_other = 300;
static __thread int large[1000] = {5};
static __thread int *const pointers[2] = {&shared, 0};
long other(int x) {
  int *p = &in_part, *q = &in_library, *r = &in_module;
  large[999] += x;
  return large[0] + large[999] + *p + *q + *r + (p != &in_other);
}
int other_pointers(void) { return *pointers[0] + (pointers[1] == 0); }
