// Danger: a static library as Debian makes it: code for an executable, with the library's own tables and libc's streams.
// archives: libbz2.a
#include <bzlib.h>
#include <stdio.h>
#include <string.h>
int main(void) {
  char text[20000], packed[21000], back[20000];
  for (unsigned i = 0; i < sizeof text; i++)
    text[i] = "abcdefgh"[i * i % 7];
  unsigned n = sizeof packed, m = sizeof back;
  int a = BZ2_bzBuffToBuffCompress(packed, &n, text, sizeof text, 9, 0, 0);
  int b = BZ2_bzBuffToBuffDecompress(back, &m, packed, n, 0, 0);
  printf("%d %d %u %u %d\n", a, b, n, m, memcmp(text, back, m));
  packed[50] ^= 1;
  m = sizeof back;
  printf("%d %s\n", BZ2_bzBuffToBuffDecompress(back, &m, packed, n, 0, 0), BZ2_bzlibVersion());
  return 0;
}
