static int (*kept)(int);
void library_set(int (*f)(int)) { kept = f; }
int library_same(int (*f)(int)) { return kept == f ? kept(7) : -1; }
