// Danger: an undefined weak symbol is null, in code and in data; one that a later module or libc defines is not.
#include <stdio.h>

__attribute__((weak)) int missing_function(int);
__attribute__((weak)) extern int missing_variable;
__attribute__((weak)) int present_function(int);
__attribute__((weak)) extern int present_variable;
__attribute__((weak)) int puts(const char *);

int (*table[])(int) = {missing_function, present_function};
int *variables[] = {&missing_variable, &present_variable};

int main(void) {
  printf("%d %d %d %d\n", missing_function != 0, &missing_variable != 0, present_function != 0, &present_variable != 0);
  printf("%d %d %d %d\n", table[0] != 0, table[1] != 0, variables[0] != 0, variables[1] != 0);
  if (missing_function)
    printf("%d\n", missing_function(1));
  if (present_function)
    printf("%d %d\n", present_function(1), table[1](present_variable));
  if (puts)
    puts("puts");
  return 0;
}
