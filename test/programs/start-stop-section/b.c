struct entry {
  const char *name;
  int (*function)(int);
};
static int three(int x) { return x + 3; }
static const struct entry entry_three __attribute__((section("registry"), used, retain)) = {"three", three};
static int more[] __attribute__((section("numbers"), used)) = {40, 50};

extern const struct entry __start_registry[], __stop_registry[];
long b_counts(void) { return __stop_registry - __start_registry; }
