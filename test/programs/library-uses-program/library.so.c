int from_program(int);
extern int program_variable;
int library_calls(int x) { return from_program(x) + program_variable++; }
