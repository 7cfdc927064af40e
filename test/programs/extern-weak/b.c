int present_variable = 4;
int present_function(int x) { return x + 10; }
