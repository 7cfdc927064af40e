__attribute__((visibility("hidden"))) int hidden_variable = 3;
__attribute__((visibility("hidden"))) int hidden_function(int x) { return x + hidden_variable; }
__attribute__((visibility("protected"))) int protected_function(int x) { return x * hidden_function(x); }
__attribute__((visibility("hidden"))) int ffs(int x) { return 1000 + x; }
