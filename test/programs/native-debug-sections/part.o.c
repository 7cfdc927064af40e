#include <stdio.h>
struct unused { int x; struct unused *next; };
static int count;
static struct unused list = {1, &list};
int part(int x) { count += x; return count + list.next->x + 4; }
__asm__(".section .note.mine,\"\",@progbits\n.quad part\n.previous\n");
