#include <string.h>

int shared;
char buffer[4096];
int defined_in_b = 77;
_Alignas(64) char aligned[128];
char after[64];

void b_set(void) {
  shared++;
  memset(buffer, 'x', sizeof buffer - 1);
  memset(aligned, 3, sizeof aligned);
  memset(after, 0, sizeof after);
}
