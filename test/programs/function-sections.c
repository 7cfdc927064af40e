// Danger: functions with their own section, alignment and hotness, and data with a named section.
#include <stdint.h>
#include <stdio.h>

__attribute__((section(".text.special"), noinline)) static int special(int x) { return x + 1; }
__attribute__((aligned(4096), noinline)) static int aligned(int x) { return x + 2; }
__attribute__((cold, noinline)) static int cold(int x) { return x + 3; }
__attribute__((hot, noinline)) static int hot(int x) { return x + 4; }
__attribute__((section(".mydata"))) static int data = 5;
__attribute__((section(".mydata"))) int more_data[3] = {6};
__attribute__((section(".myrodata"))) static const int constant = 7;
__attribute__((aligned(8192))) static int page[10] = {8};

int main(int argc, char **argv) {
  printf("%d %d %d %d\n", special(argc), aligned(argc), cold(argc), hot(argc));
  data += argc;
  more_data[2] = argc;
  printf("%d %d %d\n", data, more_data[0] + more_data[2], *(volatile const int *)&constant);
  printf("%d\n", (int)((uintptr_t)page % 8192) + page[0]);
  return 0;
}
