_Thread_local int in_library = 7;
int bump(void) { return ++in_library; }
