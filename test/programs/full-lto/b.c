int count(void);
static int hidden(int x) { return x * 3 + count(); }
int from_b(int x) { return hidden(x); }
int (*pointer_from_b(void))(int) { return hidden; }
