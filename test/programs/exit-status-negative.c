// Danger: a negative status; and main without any library call.
int main(void) { return -1; }
