// Danger: symbols that only a linker makes, the edges of code, data and zeros, for small variables and for large ones.
#include <stdio.h>

extern char etext, _etext, edata, _edata, end, _end, data_start;
extern char __executable_start __attribute__((weak)), __bss_start __attribute__((weak));
volatile int data = 1, zeros[10], large[5000000];
int main(int argc, char **argv) {
  large[argc] = data++;
  printf("%d %d\n", &__executable_start < (char *)main, (char *)main < &etext);
  printf("%d %d\n", &data_start <= (char *)&data, (char *)&data < &edata);
  printf("%d %d\n", &__bss_start <= (char *)zeros, (char *)&zeros[9] < &end);
  printf("%d %d\n", (char *)&large[4999999] < &end, &edata <= &end);
  return 0;
}
