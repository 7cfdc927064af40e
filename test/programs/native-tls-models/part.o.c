#include "all.h"
__thread int in_part = 200;
__thread long zero_in_part;
static __thread int one = 1, two[20], three = 3; // near each other: one call for all, with local dynamic
static __thread int *pointer = &shared;
long part(int x) {
  one += x, two[19] += one, three += two[19];
  zero_in_module += three;
  return one + two[19] + three + in_module + in_part + in_other + in_library + zero_in_module + zero_in_part;
}
int part_pointers(void) { return (*pointer)++ + (&one != &three) + (two + 19 != &two[0]); }
