// Danger: argc and argv, with empty arguments, spaces, dashes and a second --, and a null at the end.
// args: one "" "two words" --threads -O 2 -- "quote\"d" -
#include <stdio.h>

int main(int argc, char **argv) {
  printf("%d\n", argc);
  for (int i = 1; i < argc; i++)
    printf("[%s]\n", argv[i]);
  printf("%d\n", argv[argc] == 0);
  return 0;
}
