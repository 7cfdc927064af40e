int overridden(void) { return 10; }
__attribute__((weak)) int twice_weak(void) { return 30; }
int variable = 40;
__attribute__((weak)) int twice_weak_variable = 60;
int kept(void);

int b_view(void) { return overridden() + kept() + twice_weak() + variable + twice_weak_variable; }
