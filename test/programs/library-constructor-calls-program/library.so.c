int from_program(int);
static int got;
__attribute__((constructor)) static void begin(void) { got = from_program(7); }
int library_got(void) { return got; }
