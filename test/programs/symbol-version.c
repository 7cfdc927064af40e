// Danger: module assembly binds a name to an old version of a symbol of libc.
#include <stdio.h>
#include <string.h>

__asm__(".symver old_memcpy, memcpy@GLIBC_2.2.5");
void *old_memcpy(void *to, const void *from, size_t n);

int main(int argc, char **argv) {
  char text[] = "0123456789";
  old_memcpy(text, "abc", (size_t)argc + 2);
  puts(text);
  return 0;
}
