__thread int in_library = 400;
long library(int x) { return in_library += x; }
