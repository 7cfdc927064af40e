// Danger: module assembly makes another name of a function and of a variable of IR (.set), weak and global.
#include <stdio.h>

int real(int x) { return x + 3; }
int value = 4;
__asm__(".globl second_name\n.set second_name, real\n"
        ".weak third_name\n.set third_name, real\n"
        ".globl value_name\n.set value_name, value\n");
int second_name(int), third_name(int);
extern int value_name;

int main(int argc, char **argv) {
  printf("%d %d %d\n", second_name(argc), third_name(argc + 1), value_name);
  return 0;
}
