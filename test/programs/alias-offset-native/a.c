// Danger: in a native object too, an alias into the middle of a section's last variable has the whole variable's size.
#include <stdio.h>
extern int data[2], alias;
int main(void) { return printf("%d %d\n", alias, &alias == &data[1]) < 0; }
