// Danger: a static library in C++ with its data in an object of 30 MB.
// archives: libicuuc.a libicudata.a
// native-ldflags: -lstdc++ -lm
#include <stdio.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
int main(void) {
  UErrorCode e = U_ZERO_ERROR;
  UChar text[100], upper[100];
  int32_t n = 0;
  u_strFromUTF8(text, 100, &n, "stra\xc3\x9f" "e \xc3\xa9 \xce\xb1", -1, &e);
  int32_t m = u_strToUpper(upper, 100, text, n, "", &e);
  char out[200];
  u_strToUTF8(out, 200, NULL, upper, m, &e);
  printf("%d %d %s %s\n", n, m, out, u_errorName(e));
  const UNormalizer2 *d = unorm2_getNFDInstance(&e);
  printf("%d %s\n", unorm2_normalize(d, text, n, upper, 100, &e), u_errorName(e));
  char name[100];
  u_charName(0x3b1, U_UNICODE_CHAR_NAME, name, 100, &e);
  puts(name);
  UBreakIterator *b = ubrk_open(UBRK_WORD, "en", text, n, &e);
  int words = 0;
  while (ubrk_next(b) != UBRK_DONE)
    words++;
  printf("%d\n", words);
  ubrk_close(b);
  return 0;
}
