_Thread_local int shared = 1;
_Thread_local int hidden __attribute__((visibility("hidden"))) = 20;
_Thread_local int initial __attribute__((tls_model("initial-exec"))) = 300;
_Thread_local int weak_one = 7;

int sum_in_b(void) { return shared + hidden + initial + weak_one; }
int *address_in_b(void) { return &shared; }
