// Danger: a shared library on the command line refers to a function and a variable of the program by name; natively
// the linker exports them for it.
#include <stdio.h>

int from_program(int x) { return x * 6; }
int program_variable = 5;
int library_calls(int);

int main(int argc, char **argv) {
  printf("%d\n", library_calls(argc + 1));
  printf("%d\n", program_variable);
  return 0;
}
