// Danger: only the low eight bits of the status survive.
int main(void) { return 300; }
