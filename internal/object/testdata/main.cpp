// A program of several files, each with something that a merger of objects could get wrong.
#include <cstdio>

extern "C" {
int choose(int), compute(int), weak_one(void), weak_two(void), local_one(void), local_two(void);
const char *word(int);
double scale(double);
int counted(void), counted_again(void);
int tls_next(void), tls_twice(void);
int hidden_sum(void);
long zeros(void);
extern volatile int order[], ordered;
}
int catches(int);

int main() {
  for (int i = -1; i < 9; i++)
    std::printf("%d:%d:%s ", choose(i), compute(i), word(i));
  std::printf("\n%g %g\n", scale(3), scale(-2));
  std::printf("%d %d %d %d\n", weak_one(), weak_two(), local_one(), local_two());
  std::printf("%d %d %d\n", counted(), counted(), counted_again());
  std::printf("%d %d %d\n", tls_next(), tls_twice(), tls_next());
  std::printf("%d %ld\n", hidden_sum(), zeros());
  for (int i = 0; i < 4; i++)
    std::printf("%d ", catches(i));
  for (int i = 0; i < ordered; i++)
    std::printf("%d ", order[i]);
  std::printf("\n");
}
