int helper(int);
int needed(int x) { return helper(x) + 1; }
