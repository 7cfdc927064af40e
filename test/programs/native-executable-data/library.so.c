#include <stdio.h>
int library_value = 30, library_array[8] = {1, 2, 3, 4, 5, 6, 7, 8}, library_seen;
extern int library_alias __attribute__((weak, alias("library_value")));
extern const char library_text[];
const char library_text[] = "text";
int *library_pointer = &library_value;
int *library_address(void) { return library_pointer == &library_value ? &library_value : 0; }
__attribute__((constructor)) static void construct(void) {
  library_seen = library_value;
  library_value++;
}
