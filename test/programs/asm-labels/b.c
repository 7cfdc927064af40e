int renamed(int) __asm__("other.name");
int renamed(int x) { return x + 8; }
int variable __asm__("other.variable") = 9;
int twice(int) __asm__("_Z5twicei");
int b_twice(int x) { return twice(x); }
